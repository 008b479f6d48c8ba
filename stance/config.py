"""Settings of training, read strictly from YAML: a key that is unknown, missing, repeated or ill-typed is an error.

Nothing below the command line sees these classes but `train/training.py`; everything else takes plain arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import YAMLError

from stance.errors import ConfigError, Problem, nearest

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]


class Strict(BaseModel):
    """A mapping of settings that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CombinationError(ValueError):
    """Keys that do not go together, with what is expected instead."""

    def __init__(self, value: str, *, wish: str) -> None:
        super().__init__(value)
        self.value, self.wish = value, wish


class CorpusSettings(Strict):
    """How a corpus takes part: how often training passes over it, and which of its documents.

    With a `folder`, the corpus is the user's own: annotated documents of a folder or file, some of which are held out.
    """

    passes: Positive = Field(description="times that training goes through the corpus; a fraction takes a part of it")
    splits: tuple[str, ...] = Field(("train",), strict=False, min_length=1, description="those that are trained on")
    documents: Count | None = Field(
        None, description="how many documents at most; fewer are a part of more, whatever the seed"
    )
    rewrite: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = Field(
        0.0, description="share of its plain attributions that are told in rarer constructions, see train/rewriting.py"
    )
    folder: str | None = Field(None, description="folder or file of the user's own annotated documents")
    development: float | str | None = Field(
        None, description="share of the own documents that is held out to judge by, a fifth if not named; or a folder"
    )

    @field_validator("development", mode="before")
    @classmethod
    def _share_or_folder(cls, value: object) -> object:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (value is None or isinstance(value, str) or (number and 0 <= float(str(value)) < 1)):
            raise ValueError("a share from 0 to less than 1, or a folder")
        return value

    @model_validator(mode="after")
    def _own_or_public(self) -> Self:
        if self.folder is None and self.development is not None:
            raise CombinationError(
                "`development` without `folder`", wish="`development` for documents of one's own alone"
            )
        if self.folder is not None and self.model_fields_set & {"splits", "documents", "rewrite"}:
            raise CombinationError(
                "`folder` with `splits`, `documents` or `rewrite`", wish="these for public corpora alone"
            )
        return self

    @property
    def held_out(self) -> float | str:
        """The share of the own documents, or the folder, that judges the run; 0 for none."""
        return 0.2 if self.development is None else self.development


class WindowSettings(Strict):
    """What the encoder sees at once."""

    tokens: Annotated[int, Field(ge=16)] = Field(
        default=256, description="subwords in a window, special tokens included"
    )
    context: Annotated[int, Field(ge=0)] = Field(default=32, description="subwords kept free for context on each side")

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.tokens < 2 * self.context + 3:
            raise ValueError("room for a subword between the contexts: tokens of at least 2 * context + 3")
        return self


class OptimizerSettings(Strict):
    """AdamW with linear warm-up and decay."""

    learning_rate: Positive = Field(description="of the encoder")
    head_factor: Positive = Field(5.0, description="the heads learn this many times faster")
    warmup: Share = Field(0.1, description="share of the steps")
    weight_decay: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.01
    batch_tokens: Count = Field(2048, description="subwords in a batch, padding included")
    layer_decay: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0, description="each layer of the encoder learns this many times as fast as the one above it"
    )
    frozen_layers: Annotated[int, Field(ge=0)] = Field(
        0, description="lowest layers of the encoder that do not learn, nor what lies below them"
    )


class TextSettings(Strict):
    """Texts that a teacher labels: of a public corpus, or of a `folder`; annotation that they have is not looked at."""

    passes: Positive = Field(description="times that training goes through the texts; a fraction takes a part of them")
    splits: tuple[str, ...] = Field(("train",), strict=False, min_length=1, description="those that are labelled")
    documents: Count | None = Field(None, description="how many documents at most")
    folder: str | None = Field(None, description="folder or file of texts, in any format that `stance predict` reads")


class TeacherSettings(Strict):
    """A larger model that the one in training learns to agree with, on texts that need no annotation."""

    checkpoint: str = Field(description="a shipped name, a folder or a hub id")
    texts: dict[str, TextSettings] = Field(min_length=1)
    temperature: Positive = Field(
        2.0, description="divides the logits of both; higher listens more to what is unlikely"
    )
    weight: Positive = Field(1.0, description="of the teacher's losses beside those of the gold")
    targets: str | None = Field(None, description="folder of what the teacher says; in `run` if not named")


class TrainConfig(Strict):
    """One training run."""

    name: str
    encoder: str | None = Field(None, description="hub id or folder of a pretrained encoder; the heads are new")
    start: str | None = Field(None, description="checkpoint to go on from: a shipped name, a folder or a hub id")
    output: str = Field(description="folder that the finished checkpoint is written to")
    run: str = Field(description="folder of the states that a run can be resumed from, and of its logs")
    data: str = Field("data", description="folder of the public corpora, see scripts/get_data.py")
    seed: Seed
    corpora: dict[str, CorpusSettings] = Field(min_length=1)
    heads: tuple[str, ...] | None = Field(
        None,
        strict=False,
        min_length=1,
        description="what the public corpora shall teach; all that they can if not named",
    )
    loss_weights: dict[str, Positive] = Field(
        default_factory=dict, description="a head's weight in the loss, 1 if not named"
    )
    teacher: TeacherSettings | None = None
    window: WindowSettings = WindowSettings()
    optimizer: OptimizerSettings
    evaluate_every: Count = Field(description="steps between evaluations on the development sets, and between saves")
    patience: Count = Field(description="evaluations without a better development score before training stops")
    average: Count = Field(1, description="last saved states whose mean weights are tried against the best state's")
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    report_to: tuple[Literal["tensorboard"], ...] | None = Field(
        None,
        strict=False,
        description="who gets the logs beside the log; tensorboard where it is installed, if not named",
    )
    storage: Literal["float16", "int8", "float32"] = Field(
        "float16", description="what the finished weights are rounded to in their files; int8 halves them again"
    )

    @model_validator(mode="after")
    def _begins_once(self) -> Self:
        if (self.encoder is None) == (self.start is None):
            value = "neither `encoder` nor `start`" if self.encoder is None else "both `encoder` and `start`"
            raise CombinationError(value, wish="one of them: a pretrained encoder, or a checkpoint to go on from")
        if self.start is not None and "window" in self.model_fields_set:
            raise CombinationError("`window` with `start`", wish="no `window`, since the checkpoint brings its own")
        return self


def read_train_config(path: Path, *, overrides: Sequence[str] = ()) -> TrainConfig:
    """Return the settings of a YAML file, with `key=value` overrides (dotted keys, YAML values) laid over them.

    Raises:
        ConfigError: naming every key that is unknown, missing, repeated or has a value of the wrong kind.
    """
    values = read_yaml(path)
    overridden = set()
    for override in overrides:
        key, mark, value = override.partition("=")
        key = key.strip()
        if not mark or not all(key.split(".")):
            problem = Problem(f"--set {override}", "no key=value", wish="key=value", cure="write --set seed=2, say")
            raise ConfigError(problem)
        _lay_over(values, key.split("."), value=_load(value, place=f"--set {override}"))
        overridden.add(key)
    try:
        return TrainConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_problems(error, place=str(path), overridden=overridden)) from None


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping of a YAML 1.2 file: `no` and `on` are words, `3e-4` is a number, a repeated key is an error.

    Raises:
        ConfigError: the file is missing, no UTF-8, no YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        beside = [str(other) for other in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        cure = f"name one that is there{nearest(str(path), beside)}"
        raise ConfigError(Problem(str(path), "no such file", wish="a YAML file", cure=cure)) from None
    except UnicodeDecodeError as error:
        problem = Problem(
            str(path), f"it cannot be read ({error})", wish="a YAML file in UTF-8", cure="save it as UTF-8"
        )
        raise ConfigError(problem) from None
    except OSError as error:
        value = f"it cannot be read ({error.strerror})"
        raise ConfigError(Problem(str(path), value, wish="a YAML file", cure="name a file that you may read")) from None
    values = _load(text, place=str(path))
    if not isinstance(values, dict):
        problem = Problem(
            str(path), f"it holds {values!r}", wish="keys with values", cure="start from configs/small.yaml"
        )
        raise ConfigError(problem)
    return values


def _load(text: str, *, place: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else "?"
        problem = Problem(f"{place}, line {line}", "a key stands there twice", wish="each key once", cure="delete one")
        raise ConfigError(problem) from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{place}, line {mark.line + 1}" if mark else place
        reason = getattr(error, "problem", None) or str(error)
        problem = Problem(where, f"no valid YAML ({reason})", wish="YAML 1.2", cure="correct the line")
        raise ConfigError(problem) from None


def _lay_over(values: dict[str, Any], keys: list[str], *, value: Any) -> None:
    for key in keys[:-1]:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            problem = Problem(
                f"--set {'.'.join(keys)}", f"{key} holds {inner!r}", wish="a key with keys", cure="check the key"
            )
            raise ConfigError(problem)
        values = inner
    values[keys[-1]] = value


def _problems(error: ValidationError, *, place: str, overridden: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each error, but none for a missing key that an unknown one is a misspelling of."""
    parts = error.errors()
    unknown = [part["loc"] for part in parts if part["type"] == "extra_forbidden"]
    hints = {loc: nearest(str(loc[-1]), _known_keys(loc[:-1])) for loc in unknown}
    for part in parts:
        loc = part["loc"]
        key = ".".join(str(step) for step in loc)
        where = f"--set {key}" if key in overridden else f"{place}, {key}".removesuffix(", ")
        if loc in hints:
            cure = f"delete it or correct it{hints[loc]}"
            yield Problem(where, "an unknown key", wish=f"one of {', '.join(_known_keys(loc[:-1]))}", cure=cure)
        elif part["type"] == "missing":
            if not any(other[:-1] == loc[:-1] and repr(loc[-1]) in hint for other, hint in hints.items()):
                yield Problem(where, "it is missing", wish="a value", cure=f"add `{key}:`")
        elif isinstance(mistake := part.get("ctx", {}).get("error"), CombinationError):
            yield Problem(where, mistake.value, wish=mistake.wish, cure="add or delete a key")
        else:
            wish = _WISHES.get(part["type"], part["msg"].removeprefix("Input should be ").removeprefix("Value error, "))
            yield Problem(where, f"it is {part['input']!r}", wish=wish, cure="correct the value")


_WISHES = {
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "too_short": "at least one entry",
    "invalid_key": "a word for a key",
}
"""What YAML calls the kinds of value that pydantic names in Python's words."""


def _known_keys(parents: Sequence[str | int]) -> list[str]:
    """Return the keys that may stand below those named, of which the first tells the kind."""
    kinds: dict[str | int, type[Strict]] = {
        "window": WindowSettings, "optimizer": OptimizerSettings, "corpora": CorpusSettings, "teacher": TeacherSettings,
    }  # fmt: skip
    if parents and parents[0] == "teacher" and len(parents) > 1:
        return list(TextSettings.model_fields)
    return list((kinds[parents[0]] if parents else TrainConfig).model_fields)
