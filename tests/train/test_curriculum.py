"""What corpora with other labels than ours teach of ours, and what they leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from stance.corpora.gum import GumMention
from stance.corpora.wnut17 import WnutName
from stance.document import Document, Span
from stance.model.checkpoint import Checkpoint
from stance.model.encoding import encode_text
from stance.model.heads import TOKEN_LABELS
from stance.text.sentences import sentence_spans
from stance.train.curriculum import gum_mentions, wnut17_mentions
from stance.train.examples import MaskedMention, document_examples

TEXT = (
    "Ann Li praised the report; the minister did not. "
    "Nobody in Kabul believes what Moscow promises. "
    "Critics of the president, she wrote, are wrong about taxes."
)

Allowed = Callable[[str], list[set[str]]]
"""From words of the text to the labels that their first and their last token may have."""


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def gum_mention(words: str, *, type: str, kind: str) -> GumMention:
    place = span(words)
    return GumMention(place.start, place.end, place.end, type, kind, 0, None)


@pytest.fixture
def taught(tiny_checkpoint: Checkpoint) -> Callable[..., Allowed]:
    """Return a function from mentions to what the mention head is taught by them."""
    labels = TOKEN_LABELS["mention"]

    def teach(mentions: Iterable[MaskedMention], lost: Counter[str] | None = None) -> Allowed:
        document = Document("one", TEXT, sentences=tuple(Span(*sentence) for sentence in sentence_spans(TEXT)))
        encoded = encode_text(tiny_checkpoint.tokenizer, TEXT, sentences=document.sentences or ())
        examples = document_examples(
            document, tokenizer=tiny_checkpoint.tokenizer, heads=["mention"], mentions=mentions, lost=lost
        )
        masks: list[int] = []
        for example, window in zip(examples, encoded.windows, strict=True):
            masks += example["mention"][window.own_first - window.first + 1 : window.own_end - window.first + 1]

        def allowed(words: str) -> list[set[str]]:
            first, end = encoded.tokens(*span(words))
            return [
                {label for bit, label in enumerate(labels) if masks[place] >> bit & 1} for place in (first, end - 1)
            ]

        return allowed

    return teach


def test_gums_mentions_teach_what_it_tells_apart_and_leave_the_rest_open(taught: Callable[..., Allowed]) -> None:
    allowed = taught(
        gum_mentions(
            [
                gum_mention("Ann Li", type="person", kind="name"),
                gum_mention("the minister", type="person", kind="nominal"),
                gum_mention("Kabul", type="place", kind="name"),
                gum_mention("she", type="person", kind="pronoun"),
                gum_mention("taxes", type="abstract", kind="nominal"),
            ]
        )
    )
    assert allowed("Ann Li") == [{"B-person", "B-group"}, {"I-person", "I-group"}]
    assert allowed("the minister") == [{"O", "B-person", "B-group"}, {"O", "I-person", "I-group"}]
    assert allowed("Kabul")[0] == {"O", "B-country"}
    assert allowed("she") == allowed("taxes") == [{"O"}, {"O"}]


def test_names_come_before_descriptions_that_they_stand_in(taught: Callable[..., Allowed]) -> None:
    outer = gum_mention("Nobody in Kabul", type="person", kind="nominal")
    inner = gum_mention("Kabul", type="place", kind="name")
    lost: Counter[str] = Counter()
    assert "B-country" in taught(gum_mentions([outer, inner]), lost)("Kabul")[0]
    assert lost["mention: stands inside another"] == 1


def test_wnut17_teaches_names_and_says_nothing_of_words_that_may_describe_somebody(
    taught: Callable[..., Allowed],
) -> None:
    names = [("Ann Li", "person"), ("Kabul", "location"), ("the president", "group"), ("report", "product")]
    allowed = taught(wnut17_mentions(TEXT, [WnutName(*span(words), type) for words, type in names]))
    assert allowed("Ann Li")[0] == {"B-person"}
    assert allowed("Kabul")[0] == {"O", "B-country"}
    assert allowed("the president")[0] == {"B-organization", "B-group"}
    assert allowed("report")[0] == allowed("Moscow")[0] == allowed("she")[0] == {"O"}
    assert allowed("minister")[0] == allowed("taxes")[0] == allowed("Critics")[0] == set()
