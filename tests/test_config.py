"""Settings are read strictly: every mistake in them is named with its place and what mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.config import TrainConfig, read_train_config, read_yaml
from stance.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]

VALID = """\
name: mine
encoder: some/encoder
data: data
run: runs/mine
output: checkpoints/mine
seed: 1
corpora:
  newsmtsc: {passes: 2}
optimizer: {learning_rate: 3e-4}
evaluate_every: 100
patience: 3
"""


def read(folder: Path, text: str, *overrides: str) -> TrainConfig:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return read_train_config(path, overrides=overrides)


def problems(folder: Path, text: str, *overrides: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text, *overrides)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.yaml")), ids=lambda path: path.name)
def test_the_shipped_configs_are_valid(path: Path) -> None:
    assert read_train_config(path).name == path.stem


def test_defaults_are_filled_in_and_numbers_are_numbers(tmp_path: Path) -> None:
    config = read(tmp_path, VALID)
    assert config.optimizer.learning_rate == 3e-4
    assert config.corpora["newsmtsc"].splits == ("train",)
    assert (config.window.tokens, config.precision) == (256, "auto")


@pytest.mark.parametrize("word", ["no", "on", "yes", "off", "NO"])
def test_words_stay_words(tmp_path: Path, word: str) -> None:
    assert read(tmp_path, VALID.replace("mine", word, 1)).name == word
    assert read_yaml(tmp_path / "mine.yaml")["name"] == word


def test_a_typo_in_a_key_is_told_once_with_the_key_that_was_meant(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, VALID.replace("patience", "patince"))
    assert "mine.yaml, patince: an unknown key" in problem
    assert "did you mean 'patience'?" in problem


@pytest.mark.parametrize(
    ("part", "typo", "meant"),
    [("learning_rate", "learning_rat", "learning_rate"), ("{passes: 2}", "{passes: 2, split: [dev]}", "splits")],
)
def test_a_typo_inside_a_mapping_is_told_with_the_keys_of_that_mapping(
    tmp_path: Path, part: str, typo: str, meant: str
) -> None:
    (problem,) = problems(tmp_path, VALID.replace(part, typo))
    assert f"did you mean {meant!r}?" in problem
    assert "patience" not in problem


def test_a_missing_key_is_told_with_its_path(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, VALID.replace("{passes: 2}", "{}"))
    assert "corpora.newsmtsc.passes: it is missing" in problem


def test_a_repeated_key_is_told_with_its_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, VALID + "seed: 2\n")
    assert "mine.yaml, line 12: a key stands there twice" in problem


def test_several_problems_are_told_at_once(tmp_path: Path) -> None:
    text = VALID.replace("patience: 3\n", "").replace("passes: 2", "passes: often").replace("seed: 1", "seed: -1")
    assert len(problems(tmp_path, text)) == 3


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("seed=1.5", "--set seed: it is 1.5; expected a valid integer"),
        ("seed=yes", "--set seed: it is 'yes'"),
        ("name=3", "--set name: it is 3; expected a valid string"),
        ("corpora.newsmtsc.passes=0", "expected greater than 0"),
        ("corpora.newsmtsc.passes=.inf", "expected a finite number"),
        ("corpora.newsmtsc.splits=train", "it is 'train'; expected a list"),
        ("corpora.newsmtsc.splits=[]", "expected at least one entry"),
        ("corpora={}", "expected at least one entry"),
        ("window=wide", "it is 'wide'; expected keys with values"),
        ("window.tokens=60", "at least 2 * context + 3"),
        ("precision=float16", "expected 'auto', 'float32' or 'bfloat16'"),
        ("optimizer.warmup=1", "expected less than 1"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_with_what_is_expected(tmp_path: Path, override: str, expected: str) -> None:
    (problem,) = problems(tmp_path, VALID, override)
    assert expected in problem


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        (["start=small"], "mine.yaml: both `encoder` and `start`; expected one of them"),
        (["encoder=null"], "mine.yaml: neither `encoder` nor `start`; expected one of them"),
        (["encoder=null", "start=small", "window.tokens=128"], "`window` with `start`; expected no `window`"),
        (["corpora.newsmtsc.development=0.2"], "corpora.newsmtsc: `development` without `folder`"),
        (["corpora.own={folder: mine, passes: 1, splits: [dev]}"], "--set corpora.own: `folder` with `splits`"),
        (["corpora.own={folder: mine, passes: 1, documents: 3}"], "--set corpora.own: `folder` with `splits`"),
        (["corpora.own={folder: mine, passes: 1, rewrite: 0.2}"], "--set corpora.own: `folder` with `splits`"),
        (["corpora.polnear={passes: 1, rewrite: 2}"], "corpora.polnear.rewrite: it is 2"),
        (["corpora.own={folder: mine, passes: 1, development: 1.5}"], "a share from 0 to less than 1, or a folder"),
        (["corpora.own={folder: mine, passes: 1, development: true}"], "it is True; expected a share"),
        (["corpora.own={folder: mine, passes: 1, development: .nan}"], "it is nan; expected a share"),
        (["corpora.own={foldr: mine, passes: 1}"], "did you mean 'folder'?"),
    ],
)
def test_keys_that_do_not_go_together_are_told(tmp_path: Path, overrides: list[str], expected: str) -> None:
    (problem,) = problems(tmp_path, VALID, *overrides)
    assert expected in problem


def test_a_corpus_of_ones_own_holds_out_a_fifth_unless_it_says_otherwise(tmp_path: Path) -> None:
    config = read(
        tmp_path, VALID, "corpora.own={folder: mine, passes: 1}", "corpora.other={folder: x, passes: 1, development: 0}"
    )
    assert (config.corpora["own"].held_out, config.corpora["other"].held_out) == (0.2, 0)


def test_a_run_that_starts_from_a_checkpoint_needs_neither_encoder_nor_public_corpora(tmp_path: Path) -> None:
    text = VALID.replace("encoder: some/encoder", "start: small").replace("data: data\n", "")
    config = read(tmp_path, text)
    assert (config.start, config.encoder, config.data) == ("small", None, "data")


def test_overrides_reach_into_mappings_and_are_read_as_yaml(tmp_path: Path) -> None:
    config = read(
        tmp_path, VALID, "window.tokens=128", "corpora.gum.passes=0.5", "optimizer.learning_rate=2e-5", "name=on"
    )
    assert (config.window.tokens, config.window.context) == (128, 32)
    assert config.corpora["gum"].passes == 0.5
    assert config.optimizer.learning_rate == 2e-5
    assert config.name == "on"


@pytest.mark.parametrize("override", ["seed", "=1", "a..b=1", ".=2"])
def test_an_override_without_key_and_value_is_refused(tmp_path: Path, override: str) -> None:
    (problem,) = problems(tmp_path, VALID, override)
    assert f"--set {override}" in problem


def test_an_override_below_a_plain_value_is_refused(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, VALID, "seed.start=1")
    assert "seed holds 1" in problem


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: [1\n", "line 2: no valid YAML"),
        (b"a: 1\nb: !!python/object:os.system ls\n", "line 2: no valid YAML"),
        (b"- 1\n- 2\n", "it holds [1, 2]"),
        (b"", "it holds None"),
        (b"name: caf\xe9\n", "UTF-8"),
        (b"name: \x00\n", "no valid YAML"),
    ],
)
def test_a_file_that_is_no_mapping_in_yaml_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert expected in str(caught.value)


def test_a_missing_file_is_told_with_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").touch()
    with pytest.raises(ConfigError, match=r"no such file.*did you mean '.*small\.yaml'"):
        read_yaml(tmp_path / "smal.yaml")


def test_a_folder_is_no_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read"):
        read_yaml(tmp_path)
