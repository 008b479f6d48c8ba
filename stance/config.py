"""Settings of training, read strictly from YAML: an unknown, missing, repeated or ill-typed key is an error with a cure.

Nothing below the command line sees these classes but `train/training.py`; everything else takes plain arguments.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML, YAMLError
from ruamel.yaml.constructor import DuplicateKeyError

from stance.errors import ConfigError, Problem, nearest

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class Strict(BaseModel):
    """A mapping of settings that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CorpusSettings(Strict):
    """How a corpus takes part: how often training passes over it, and which of its documents."""

    passes: Positive = Field(description="times that training goes through the corpus; a fraction takes a part of it")
    splits: tuple[str, ...] = Field(("train",), strict=False, description="the splits that are trained on")


class WindowSettings(Strict):
    """What the encoder sees at once."""

    tokens: Annotated[int, Field(ge=16)] = Field(256, description="subwords in a window, special tokens included")
    context: Annotated[int, Field(ge=0)] = Field(32, description="subwords kept free for context on each side")


class OptimizerSettings(Strict):
    """AdamW with linear warm-up and decay."""

    learning_rate: Positive = Field(description="of the encoder")
    head_factor: Positive = Field(5.0, description="the heads learn this many times faster")
    warmup: Share = Field(0.1, description="share of the steps")
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    batch_tokens: Count = Field(2048, description="subwords in a batch, padding included")


class TrainConfig(Strict):
    """One training run."""

    name: str
    encoder: str = Field(description="hub id or folder of a pretrained encoder")
    output: str = Field(description="folder that the finished checkpoint is written to")
    run: str = Field(description="folder of the states that a run can be resumed from, and of its logs")
    data: str = Field(description="folder of the public corpora, see scripts/get_data.py")
    seed: int
    corpora: dict[str, CorpusSettings]
    loss_weights: dict[str, Positive] = Field(default_factory=dict, description="a head's weight in the loss, 1 if not named")
    window: WindowSettings = WindowSettings()
    optimizer: OptimizerSettings
    evaluate_every: Count = Field(description="steps between evaluations on the development sets, and between saves")
    patience: Count = Field(description="evaluations without a better development score before training stops")
    precision: Literal["auto", "float32", "bfloat16"] = "auto"


def read_train_config(path: Path, *, overrides: Sequence[str] = ()) -> TrainConfig:
    """Return the settings of a YAML file, with `key=value` overrides (dotted keys, YAML values) laid over them.

    Raises:
        ConfigError: naming every key that is unknown, missing, repeated or has a value of the wrong kind.
    """
    values = read_yaml(path)
    for override in overrides:
        key, mark, value = override.partition("=")
        if not mark:
            problem = Problem(f"--set {override}", "no `=` in it", wish="key=value", cure="write --set seed=2, say")
            raise ConfigError(problem)
        _lay_over(values, key.strip().split("."), value=_load(value, place=f"--set {override}"))
    return validated(values, place=str(path))


def validated(values: Any, *, place: str) -> TrainConfig:
    """Return checked settings.

    Raises:
        ConfigError: all that is wrong with them at once; `place` begins each message.
    """
    try:
        return TrainConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_problems(error, place=place)) from None


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
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(str(path), f"it cannot be read ({error})", wish="a YAML file in UTF-8", cure="save it as UTF-8")
        raise ConfigError(problem) from None
    values = _load(text, place=str(path))
    if not isinstance(values, dict):
        problem = Problem(str(path), f"it holds {values!r}", wish="keys with values", cure="start from configs/small.yaml")
        raise ConfigError(problem)
    return values


def write_yaml(config: TrainConfig, path: Path) -> None:
    """Write the settings as run, defaults filled in."""
    buffer = io.StringIO()
    YAML(typ="safe", pure=True).dump(config.model_dump(mode="json"), buffer)
    path.write_text(buffer.getvalue(), encoding="utf-8")


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
            problem = Problem(f"--set {'.'.join(keys)}", f"{key} holds {inner!r}", wish="a key with keys", cure="check the key")
            raise ConfigError(problem)
        values = inner
    values[keys[-1]] = value


def _problems(error: ValidationError, *, place: str) -> Iterable[Problem]:
    for part in error.errors():
        key = ".".join(str(step) for step in part["loc"])
        if part["type"] == "extra_forbidden":
            known = _known_keys(part["loc"][:-1])
            cure = f"delete it or correct it{nearest(str(part['loc'][-1]), known)}"
            yield Problem(f"{place}, {key}", "an unknown key", wish=f"one of {', '.join(known)}", cure=cure)
        elif part["type"] == "missing":
            yield Problem(f"{place}, {key}", "it is missing", wish="a value", cure=f"add `{key}:`")
        else:
            yield Problem(f"{place}, {key}", f"it is {part['input']!r}", wish=_lower(part["msg"]), cure="correct the value")


def _known_keys(steps: Sequence[str | int]) -> list[str]:
    model: type[BaseModel] = TrainConfig
    for step in steps:
        kind = {"window": WindowSettings, "optimizer": OptimizerSettings, "corpora": CorpusSettings}.get(str(step))
        model = kind or model
    return list(model.model_fields)


def _lower(message: str) -> str:
    return message.removeprefix("Input should be ").rstrip(".")
