"""Stand-off gold on a piece of our own, and on the hand-annotated op-eds."""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from stance.corpora import gold, gum, polnear, webis
from stance.document import Document, Source, Span
from stance.errors import DataError

TEXT = (
    "Mr. Pike opened the gate. The Harbour Board said, wisely in my opinion, that Mr. Pike was right.\n\n"
    "The board also reported that clerks call Pike a fool. He is expected to go; the board wants it."
)


def span(part: str, after: int = 0) -> list[int]:
    start = TEXT.index(part, after)
    return [start, start + len(part)]


SENTENCES = [
    span("Mr. Pike opened the gate."),
    span("The Harbour Board said, wisely in my opinion, that Mr. Pike was right."),
    span("The board also reported that clerks call Pike a fool."),
    span("He is expected to go; the board wants it."),
]


def standoff() -> dict[str, Any]:
    return {
        "id": "gate",
        "sha256": hashlib.sha256(TEXT.encode()).hexdigest(),
        "annotator": "a",
        "voice": [
            {"span": SENTENCES[0], "voice": "fact", "source": None},
            {"span": SENTENCES[1], "voice": "attributed", "source": "The Harbour Board"},
            {"span": span("wisely in my opinion"), "voice": "opinion", "source": None, "sub": True},
            {"span": SENTENCES[2], "voice": "attributed", "source": "The Harbour Board"},
            {"span": span("clerks call Pike a fool"), "voice": "attributed", "source": "clerks", "sub": True},
            {"span": SENTENCES[3], "voice": "attributed", "source": "unnamed"},
            {"span": span("the board wants it"), "voice": "attributed", "source": "the Harbour Board", "sub": True},
        ],
        "actors": [
            {
                "name": "Pike",
                "type": "person",
                "stance": "favor",
                "mentions": [span("Mr. Pike"), span("Mr. Pike", 20), span("Pike", 125)],
            },
            {
                "name": "Harbour Board",
                "type": "organization",
                "stance": "neutral",
                "mentions": [span("The Harbour Board"), span("The board"), span("the board")],
            },
        ],
        "stance": [
            {
                "sentence": SENTENCES[1],
                "span": span("right"),
                "actor": "Pike",
                "holder": "harbour board",
                "polarity": "favor",
            },
            {
                "sentence": SENTENCES[1],
                "span": span("wisely"),
                "actor": "Harbour Board",
                "holder": "author",
                "polarity": "favor",
            },
            {
                "sentence": SENTENCES[2],
                "span": span("a fool"),
                "actor": "Pike",
                "holder": "clerks",
                "polarity": "against",
            },
            {
                "sentence": SENTENCES[3],
                "span": span("wants it"),
                "actor": "Pike",
                "holder": "The board",
                "polarity": "against",
            },
        ],
    }


def document() -> Document:
    return gold.from_standoff(standoff(), document=Document("gate", TEXT))


def words(place: Span | None) -> str | None:
    return None if place is None else TEXT[slice(*place)]


def test_voice_tiles_the_sentences_with_sub_spans_cut_in() -> None:
    found = [(TEXT[one.start : one.end], one.label) for one in document().voice or ()]
    assert found[:4] == [
        ("Mr. Pike opened the gate.", "fact"),
        ("The Harbour Board said,", "attributed"),
        ("wisely in my opinion", "opinion"),
        (", that Mr. Pike was right.", "attributed"),
    ]
    covered = "".join(TEXT[one.start : one.end] for one in document().voice or ())
    assert "".join(covered.split()) == "".join(TEXT.split())


def test_of_overlapping_sub_spans_the_shorter_wins_whatever_their_order() -> None:
    annotation = standoff()
    annotation["voice"].insert(1, {"span": span("Pike opened"), "voice": "opinion", "source": None, "sub": True})
    annotation["voice"].insert(
        2, {"span": span("Pike opened the gate"), "voice": "attributed", "source": "x", "sub": True}
    )
    found = gold.from_standoff(annotation, document=Document("gate", TEXT)).voice or ()
    assert [(TEXT[one.start : one.end], one.label) for one in found[:4]] == [
        ("Mr.", "fact"),
        ("Pike opened", "opinion"),
        ("the gate", "attributed"),
        (".", "fact"),
    ]


def test_content_is_the_stretch_without_what_others_say_in_it() -> None:
    found = [[words(part) for part in one.content] for one in document().attributions or ()]
    assert found == [
        ["The Harbour Board said,", ", that Mr. Pike was right."],
        ["The board also reported that clerks call Pike a fool."],
        ["clerks call Pike a fool"],
        ["He is expected to go; the board wants it."],
        ["the board wants it"],
    ]


def test_a_source_is_found_in_its_sentence_by_any_name_and_its_actor_with_it() -> None:
    found = [(words(one.source), one.actor) for one in document().attributions or ()]
    assert found == [
        ("The Harbour Board", "a1"),
        ("The board", "a1"),
        ("clerks", None),
        (None, None),
        ("the board", "a1"),
    ]


def test_a_source_that_its_sentence_does_not_name_is_found_before_it() -> None:
    annotation = standoff()
    annotation["voice"][5]["source"] = "clerks"
    found = (gold.from_standoff(annotation, document=Document("gate", TEXT)).attributions or ())[3]
    assert words(found.source) == "clerks"
    assert found.source is not None and found.source.start < SENTENCES[3][0]


def test_holders_are_the_author_a_listed_actor_by_any_name_or_a_source() -> None:
    assert [one.holder for one in document().stances or ()] == ["a1", "author", Source("clerks"), "a1"]


def test_a_stance_has_the_nearest_mention_of_its_sentence_or_none() -> None:
    stances = document().stances or ()
    assert [words(one.mention) for one in stances] == ["Mr. Pike", "The Harbour Board", "Pike", None]
    assert stances[0].mention == Span(*span("Mr. Pike", 20))
    assert [TEXT[one.start : one.end] for one in stances] == ["right", "wisely", "a fool", "wants it"]


def test_actors_have_the_authors_stance_and_all_their_mentions() -> None:
    actors = document().actors or ()
    assert [(actor.id, actor.name, actor.stance, len(actor.mentions)) for actor in actors] == [
        ("a0", "Pike", "favor", 3),
        ("a1", "Harbour Board", "neutral", 3),
    ]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a folder of one text with its gold."""
    (tmp_path / "gold").mkdir()
    (tmp_path / "gate.md").write_text(f"---\ntitle: The Gate\noutlet: Gazette\n---\n{TEXT}\n", encoding="utf-8")
    (tmp_path / "gold" / "gate.json").write_text(json.dumps(standoff()), encoding="utf-8")
    return tmp_path


def test_a_folder_of_texts_is_read_with_its_gold(own: Path) -> None:
    (found,) = gold.read_folder(own)
    assert (found.id, found.text, found.meta.title, found.meta.outlet) == ("gate", TEXT, "The Gate", "Gazette")
    assert found.stances == document().stances


def test_a_text_that_changed_since_is_refused(own: Path) -> None:
    (own / "gate.md").write_text(TEXT.replace("Pike", "Dunn"), encoding="utf-8")
    with pytest.raises(DataError, match=r"gate\.json: the text of gate has sha256"):
        list(gold.read_folder(own))


def test_gold_without_a_text_names_the_file_that_is_missing(own: Path) -> None:
    (own / "gate.md").unlink()
    with pytest.raises(DataError, match=r"gate\.md: there is no such file"):
        list(gold.read_folder(own))


def test_gold_with_a_stance_on_an_actor_that_is_not_listed_is_refused(own: Path) -> None:
    annotation = standoff()
    annotation["stance"][0]["actor"] = "Dunn"
    (own / "gold" / "gate.json").write_text(json.dumps(annotation), encoding="utf-8")
    with pytest.raises(DataError, match=r"gate\.json: KeyError: 'Dunn'; expected stand-off gold"):
        list(gold.read_folder(own))


def test_missing_corpora_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"python scripts/get_data\.py narrative-framing"):
        gold.read(tmp_path, split="climate-test")
    with pytest.raises(DataError, match=r"python scripts/get_data\.py webis-editorials-adu"):
        gold.read(tmp_path, split="train")


def test_the_splits_that_come_with_the_repository_share_no_piece_and_hold_every_file() -> None:
    splits = json.loads((gold.GOLD / "splits.json").read_text(encoding="utf-8"))
    assert {name: len(ids) for name, ids in splits.items()} == {
        "train": 123,
        "dev": 21,
        "test": 24,
        "climate-train": 12,
        "climate-test": 12,
        "wider-train": 40,
    }
    ids = [id for split in splits.values() for id in split]
    assert len(ids) == len(set(ids)) == 232
    assert {path.stem for path in gold.GOLD.glob("*.json")} == {*ids, "splits"}
    for version in ("second", "adjudicated"):
        assert {path.stem for path in (gold.GOLD / version).glob("*.json")} == set(splits["test"])
    assert {path.stem for path in (gold.GOLD / "adjudicated" / "verdicts").glob("*.jsonl")} == set(splits["test"])
    for outlet in ("aljazeera", "foxnews", "guardian"):
        assert sum(id.startswith(outlet) for id in splits["dev"]) == 7
        assert sum(id.startswith(outlet) for id in splits["test"]) == 8


@pytest.mark.data
@pytest.mark.parametrize("split", gold.SPLITS)
def test_every_piece_is_the_text_that_was_annotated_and_its_layers_keep_the_rules(
    data_folder: Path, split: str
) -> None:
    for found in gold.read(data_folder, split=split):
        text = found.text
        voice = found.voice or ()
        assert all(before.end <= after.start for before, after in pairwise(voice))
        assert "".join("".join(text[one.start : one.end] for one in voice).split()) == "".join(text.split())
        ids = {actor.id for actor in found.actors or ()}
        sentences = found.sentences or ()
        for stance in found.stances or ():
            assert stance.actor in ids
            assert isinstance(stance.holder, Source) or stance.holder in {"author", *ids}
            home = [one for one in sentences if one.start <= stance.start and stance.end <= one.end]
            assert len(home) == 1
            assert stance.mention is None or home[0].start <= stance.mention.start < home[0].end
        for attribution in found.attributions or ():
            assert attribution.content
            assert attribution.actor is None or attribution.actor in ids


@pytest.mark.data
def test_no_text_is_kept_in_the_gold_files(data_folder: Path) -> None:
    for found in gold.read(data_folder, split="test"):
        kept = (gold.GOLD / f"{found.id}.json").read_text(encoding="utf-8")
        for sentence in found.sentences or ():
            words = found.text[slice(*sentence)]
            assert len(words) < 60 or words not in kept


def test_the_seeds_are_annotated_twice() -> None:
    seeds = gold.GOLD.parent / "op-eds"
    texts = {path.stem for path in seeds.glob("*.md")}
    assert {path.stem for path in (seeds / "gold").glob("*.json")} == texts
    for path in sorted((seeds / "gold" / "second").glob("*.json")):
        first = next(one for one in gold.read_folder(seeds) if one.id == path.stem)
        second = gold.read_standoff(path, document=first)
        assert second.sentences == first.sentences
        assert second.voice != first.voice
        texts.remove(path.stem)
    assert not texts


@pytest.mark.data
def test_the_wider_pieces_stand_in_no_part_of_their_corpora_that_is_tested_on(data_folder: Path) -> None:
    wider = {piece.id: piece.text for piece in gold.read(data_folder, split="wider-train")}
    tested = {piece.text for split in ("dev", "test") for piece in webis.read(data_folder, split=split)}
    tested |= {piece.text for split in ("dev", "test") for piece in polnear.read(data_folder, split=split)}
    tested |= {piece.text for split in ("dev", "test", "test2") for piece in gum.read(data_folder, split=split)}
    assert not tested & set(wider.values())
    assert {piece.meta.outlet for piece in gold.read(data_folder, split="wider-train")} >= {"Breitbart", "Fox News"}


def test_ids_can_be_had_of_some_splits_alone() -> None:
    assert len(gold.annotated()) == 232
    assert len(gold.annotated(splits=["dev", "test-second"])) == 45
    with pytest.raises(DataError, match="there is no split 'tset'"):
        gold.annotated(splits=["tset"])
