"""NewsMTSC's reader on a few sentences of our own, and on the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stance.corpora import newsmtsc
from stance.document import Document
from stance.errors import DataError


def row(number: int, text: str, *targets: tuple[str, float]) -> dict[str, Any]:
    places = [(text.index(mention), mention, polarity) for mention, polarity in targets]
    return {
        "primary_gid": f"row-{number}",
        "sentence_normalized": text,
        "targets": [
            {"Input.gid": "", "from": start, "to": start + len(mention), "mention": mention, "polarity": polarity}
            for start, mention, polarity in places
        ],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    train = [
        row(0, "Orme praised Lady Vane, whom Pike despises.", ("Orme", 4.0), ("Lady Vane", 6.0), ("Pike", 2.0)),
        row(1, "“Mr. Orme lied to the harbour board twice,” said Pike.", ("Orme", 2.0)),
        row(2, "Pike opened the new bridge on Monday.", ("Pike", 4.0)),
    ]
    test = [row(3, "Mr. Orme lied to the harbour board twice, said Pike on air.", ("Orme", 2.0))]
    for split, name in newsmtsc.FILES.items():
        path = tmp_path / "newsmtsc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = train if split == "train" else test
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return tmp_path


def test_polarity_becomes_a_stance_of_anyone_with_the_mention_and_the_sentence(folder: Path) -> None:
    document = next(newsmtsc.read(folder, split="train"))
    assert [document.text[slice(*actor.mentions[0])] for actor in document.actors or ()] == [
        "Orme",
        "Lady Vane",
        "Pike",
    ]
    found = [(stance.actor, stance.label, stance.holder, stance.start, stance.end) for stance in document.stances or ()]
    end = len(document.text)
    assert found == [("a1", "favor", newsmtsc.ANYONE, 0, end), ("a2", "against", newsmtsc.ANYONE, 0, end)]
    assert [stance.mention for stance in document.stances or ()] == [
        actor.mentions[0] for actor in (document.actors or ())[1:]
    ]


def test_a_neutral_target_has_an_actor_but_no_stance_and_no_actor_has_the_authors(folder: Path) -> None:
    *_, document = newsmtsc.read(folder, split="train")
    assert [actor.name for actor in document.actors or ()] == ["Pike"]
    assert document.stances == ()
    assert all(actor.stance is None for actor in document.actors or ())


def test_train_leaves_out_what_stands_in_a_test_set_but_for_a_few_words(folder: Path) -> None:
    assert [document.id for document in newsmtsc.read(folder, split="train")] == ["row-0", "row-2"]
    assert [document.id for document in newsmtsc.read(folder, split="test-rw")] == ["row-3"]


def test_offsets_that_do_not_hold_the_mention_are_refused_with_the_line(folder: Path) -> None:
    path = folder / "newsmtsc" / newsmtsc.FILES["dev-rw"]
    broken = row(1, "Pike left.", ("Pike", 2.0))
    broken["targets"][0]["to"] -= 1
    path.write_text(json.dumps(row(0, "Pike came.", ("Pike", 4.0))) + "\n" + json.dumps(broken), encoding="utf-8")
    with pytest.raises(DataError, match=r"dev\.jsonl, line 2: 'Pik' stands at \[0, 3\]; expected the mention 'Pike'"):
        list(newsmtsc.read(folder, split="dev-rw"))


def test_an_unknown_split_names_the_nearest_at_once(folder: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'test-rw'"):
        newsmtsc.read(folder, split="test-wr")


def test_missing_files_are_all_named_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        newsmtsc.read(tmp_path, split="train")
    assert len(caught.value.problems) == 3
    assert "python scripts/get_data.py newsmtsc" in str(caught.value)


def targets(documents: list[Document]) -> int:
    return sum(len(document.actors or ()) for document in documents)


@pytest.mark.data
def test_the_corpus_has_the_published_counts_and_train_eight_sentences_less(data_folder: Path) -> None:
    counts = {}
    for split in newsmtsc.SPLITS:
        documents = list(newsmtsc.read(data_folder, split=split))
        counts[split] = (len(documents), targets(documents))
        for document in documents:
            for actor in document.actors or ():
                assert document.text[slice(*actor.mentions[0])] == actor.name
    assert counts == {
        "train": (7758 - 8, 8731),
        "dev-rw": (320, 343),
        "dev-mt": (216, 442),
        "test-rw": (747, 803),
        "test-mt": (505, 1034),
    }
