"""The folder of the public corpora, where there is one, golden files, and models too small to be right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint
    from stance.predict.pipeline import Pipeline


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


@pytest.fixture
def same_as_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a check that a text is that of the golden file NAME, in the folder `golden` beside the test."""
    folder = request.path.parent / "golden"

    def check(name: str, text: str) -> None:
        if request.config.getoption("--update-golden"):
            folder.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        assert text == (folder / name).read_text(encoding="utf-8"), f"not {name}: look, then --update-golden"

    return check


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the data root: STANCE_DATA, else ../shared/data; the test is skipped where it is absent."""
    folder = Path(os.environ.get("STANCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no public corpora in {folder}")
    return folder


TINY_SENTENCES = (
    "The Afghan government said that the Taliban had broken the ceasefire.",
    "Critics of the president, she wrote, are wrong about taxes and about trade.",
    "Ann Li praised the report; the minister called it a shameful failure.",
    "Nobody in Kabul believes what Moscow promises, according to the United Nations.",
)
"""What the tiny tokenizer is trained on: enough for whole words and for pieces of words."""


def build_tiny_checkpoint(*, window_tokens: int, context: int) -> Checkpoint:
    """Return a checkpoint with an untrained encoder of two layers and with heads that decide sharply; the same at each call."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    from stance.model.checkpoint import Checkpoint, ModelInfo
    from stance.model.encoding import Tokenizer
    from stance.model.network import Network

    trained = BertWordPieceTokenizer(lowercase=True)
    trained.train_from_iterator(TINY_SENTENCES, vocab_size=300, min_frequency=1, show_progress=False)
    special = {
        "unk_token": "[UNK]",
        "sep_token": "[SEP]",
        "pad_token": "[PAD]",
        "cls_token": "[CLS]",
        "mask_token": "[MASK]",
    }
    subwords = BertTokenizerFast(tokenizer_object=trained._tokenizer, **special)
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        torch.manual_seed(7)
        shape = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
        network = Network(BertModel(BertConfig(vocab_size=len(subwords), max_position_embeddings=512, **shape)))
        with torch.no_grad():
            for name, value in network.named_parameters():
                if not name.startswith("encoder.") and name.endswith("output.weight"):
                    value.mul_(40.0)
    info = ModelInfo("tiny", "0", "tiny", window_tokens, context)
    return Checkpoint(network.eval(), Tokenizer(subwords, window_tokens, context), info)


@pytest.fixture(scope="session")
def tiny_checkpoint() -> Checkpoint:
    """Return an untrained checkpoint that sees 24 tokens at a time, so that a few sentences fill several windows."""
    return build_tiny_checkpoint(window_tokens=24, context=4)


@pytest.fixture(scope="session")
def tiny_pipeline(tiny_checkpoint: Checkpoint) -> Pipeline:
    """Return the pipeline of the tiny checkpoint with the shipped table of actors."""
    from stance.actors.aliases import load_aliases
    from stance.document import ModelStamp
    from stance.predict.pipeline import Pipeline

    return Pipeline(tiny_checkpoint, load_aliases(), ModelStamp("tiny", "0", ""))
