"""The folder of the public corpora, where there is one, golden files, and models too small to be right."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from stance.document import Actor, Attribution, Document, Meta, ModelStamp, Source, Span, Stance, VoiceSpan, from_json

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint
    from stance.predict.pipeline import Pipeline

# The same examples on every machine, however slow; `pytest --hypothesis-profile=default` looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")


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
def argued() -> Document:
    """Return an invented op-ed, as a model would give it, with nine argument units, an objection and its answer."""
    line = (Path(__file__).parent / "golden" / "argued.jsonl").read_text(encoding="utf-8")
    return from_json(line)


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


def tiny_vocabulary(sentences: Iterable[str]) -> dict[str, int]:
    """Return the words of sentences, and their characters, alone and as continuations, which other words fall apart into.

    A trained vocabulary is not the same in each process: words that are as frequent come in any order.
    """
    words = sorted({word for sentence in sentences for word in re.findall(r"\w+|[^\w\s]", sentence.lower())})
    characters = sorted({character for word in words for character in word})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    known = [*special, *characters, *(f"##{character}" for character in characters), *words]
    return {token: place for place, token in enumerate(dict.fromkeys(known))}


def build_tiny_checkpoint(*, window_tokens: int, context: int) -> Checkpoint:
    """Return a checkpoint with an untrained encoder of two layers and with heads that decide sharply; the same at each call."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    from stance.model.checkpoint import Checkpoint, ModelInfo
    from stance.model.encoding import Tokenizer
    from stance.model.network import Network

    trained = BertWordPieceTokenizer(vocab=tiny_vocabulary(TINY_SENTENCES), lowercase=True)
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


@pytest.fixture(scope="session")
def outlets() -> list[Document]:
    """Return 24 predicted op-eds: Dawn is for Ada Brandt and Dusk against her, Noon neither.

    Every article has a month of its own in 2023 and 2024, an opinion of the author's, a quoted one and a fact; the model abstains
    in the sixth of Noon.
    """
    leans = {"Dawn": 0.7, "Dusk": -0.6, "Noon": 0.0}
    pairs = [(outlet, number) for outlet in leans for number in range(8)]
    return [_op_ed(outlet, number=number, score=leans[outlet] + 0.05 * (number % 4 - 1.5)) for outlet, number in pairs]


def _op_ed(outlet: str, *, number: int, score: float) -> Document:
    judged = "has kept her word" if score > 0 else "has broken her word"
    filler = " ".join(f"{outlet}{number}w{place}" for place in range(30))
    parts = {
        "opinion": f"Ada Brandt {judged} & more <b>.",
        "attributed": "The Trust said that Brandt lied.",
        "fact": f"Then {filler}.",
    }
    text, voice, starts = "", [], {}
    for label, words in parts.items():
        starts[label] = len(text)
        voice.append(VoiceSpan(len(text), len(text) + len(words), label, 0.9))
        text += words + " "
    said = starts["attributed"]
    stance = "favor" if score > 0.3 else "against" if score < -0.3 else "neutral"
    abstains = outlet == "Noon" and number == 5
    brandt = Actor(
        id="a1",
        name="Ada Brandt",
        type="person",
        link="wikidata:Q7",
        mentions=(Span(0, 10), Span(said + 20, said + 26)),
        stance=None if abstains else stance,
        score=None if abstains else score,
        interval=None if abstains else (score - 0.2, score + 0.2),
    )
    trust = Actor("a2", "Harbour Trust", "organization", None, (Span(said, said + 9),), "neutral", 0.0, (-0.1, 0.1))
    stances = (
        Stance("author", "a1", "favor" if score > 0 else "against", 11, 11 + len(judged), 0.8, Span(0, 10)),
        Stance("a2" if number % 2 else Source("the Trust"), "a1", "against", said + 27, said + 31, 0.7),
    )
    content, source, cue = Span(said + 20, said + 31), Span(said, said + 9), Span(said + 10, said + 19)
    return Document(
        f"{outlet}-{number}",
        text.rstrip(),
        Meta(f"Piece {number} of {outlet}", outlet, "Ann Li", f"{2023 + number // 4}-{1 + 3 * (number % 4):02}-05"),
        voice=tuple(voice),
        attributions=(Attribution((content,), source, cue, "a2", "indirect", 0.9),),
        actors=(brandt, trust),
        stances=stances,
        model=ModelStamp("small", "0.1.0", "0123456789abcdef"),
    )
