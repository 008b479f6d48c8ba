"""The reader of the argument-annotated essays on an essay of our own, and on the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from stance.corpora import aae2
from stance.errors import DataError

TITLE = "Gates in parks"
FIRST = "I think that [MajorClaim gates must go] ."
SECOND = (
    "[Premise:1:Support Nobody likes them] , so [Claim:For they don ' t help] . [Premise:-1:Attack Keepers like them] ."
)
LAST = "[Claim:Against Gates keep deer out] , but [MajorClaim parks need no gates] ."


def rows(marked: str) -> list[tuple[str, str]]:
    """Return tokens and tags of `word [TYPE word word] word`."""
    out = []
    label, begins = "", False
    for word in marked.split():
        if word.startswith("["):
            label, begins = word[1:], True
            continue
        tag = f"{'B' if begins else 'I'}-{label}" if label else "O"
        out.append((word.rstrip("]"), tag))
        begins = False
        if word.endswith("]"):
            label = ""
    return out


def write(folder: Path, essays: Sequence[Sequence[str]], *, split: str = "train") -> None:
    root = folder / "aae2-conll" / "data" / "conll"
    blocks = [[rows(paragraph) for paragraph in essay] for essay in essays]
    files = {
        "Paragraph_Level": [paragraph for essay in blocks for paragraph in essay],
        "Essay_Level": [[row for paragraph in essay for row in paragraph] for essay in blocks],
    }
    for name, content in files.items():
        path = root / name / f"{split}.dat"
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [
            "".join(f"{number}\t{token}\t_\t_\t{tag}\n" for number, (token, tag) in enumerate(block, start=1))
            for block in content
        ]
        path.write_text("\n".join(lines), encoding="utf-8")


def test_text_is_natural_and_paragraphs_are_kept_apart(tmp_path: Path) -> None:
    write(tmp_path, [[TITLE, FIRST, SECOND, LAST], [TITLE, FIRST]])
    first, second = aae2.read(tmp_path, split="train")
    assert first.text == (
        "Gates in parks\n\n"
        "I think that gates must go.\n\n"
        "Nobody likes them, so they don't help. Keepers like them.\n\n"
        "Gates keep deer out, but parks need no gates."
    )
    assert (first.id, first.meta.title, second.id) == ("train-001", "Gates in parks", "train-002")


def test_units_are_those_tagged_and_relations_go_from_premises_and_then_from_claims_to_the_last_major_claim(
    tmp_path: Path,
) -> None:
    write(tmp_path, [[TITLE, FIRST, SECOND, LAST]])
    (document,) = aae2.read(tmp_path, split="train")
    assert document.arguments is not None
    units = document.arguments.units
    assert [(document.text[unit.start : unit.end], unit.label) for unit in units] == [
        ("gates must go", "major-claim"),
        ("Nobody likes them", "premise"),
        ("they don't help", "claim"),
        ("Keepers like them", "premise"),
        ("Gates keep deer out", "claim"),
        ("parks need no gates", "major-claim"),
    ]
    found = [(edge.source, edge.target, edge.label) for edge in document.arguments.relations]
    assert found == [(1, 2, "support"), (3, 2, "attack"), (2, 5, "support"), (4, 5, "attack")]


def test_an_essay_without_major_claim_has_no_relation_from_its_claims(tmp_path: Path) -> None:
    write(tmp_path, [[TITLE, "[Claim:For Gates help] ."]])
    (document,) = aae2.read(tmp_path, split="train")
    assert document.arguments is not None
    assert document.arguments.relations == ()


@pytest.mark.parametrize(
    ("paragraph", "message"),
    [
        ("[Premise:2:Support Gates help] .", "a premise at 2"),
        ("[Premiss:1:Support Gates help] .", "the tag B-Premiss:1:Support"),
    ],
)
def test_what_breaks_the_format_is_refused_with_its_place(tmp_path: Path, paragraph: str, message: str) -> None:
    write(tmp_path, [[TITLE, paragraph]])
    with pytest.raises(DataError, match=rf"train\.dat, essay 1: {message}"):
        list(aae2.read(tmp_path, split="train"))


def test_paragraphs_of_another_essay_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [[TITLE, FIRST]])
    other = tmp_path / "aae2-conll" / "data" / "conll" / "Essay_Level" / "train.dat"
    other.write_text(other.read_text(encoding="utf-8").replace("gates", "doors"), encoding="utf-8")
    with pytest.raises(DataError, match=r"essay 1: differs"):
        list(aae2.read(tmp_path, split="train"))


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("the students ' books aren ’ t here", "the students' books aren’t here"),
        ('She said : " Go !," and went ( twice ).', 'She said: "Go!," and went (twice).'),
        (
            "a well - known ' third ' way , 40 , 000 at 4 : 00 pm , 51 %.",
            "a well-known 'third' way, 40,000 at 4:00 pm, 51%.",
        ),
        ("in the U . S . It is , i . e ., there", "in the U.S. It is, i.e., there"),
    ],
)
def test_tokens_are_laid_out_as_in_print_and_keep_their_places(tokens: str, text: str) -> None:
    words = tokens.split()
    found, places = aae2.lay_out(words)
    assert found == text
    assert [found[start:end] for start, end in places] == words


@pytest.mark.data
def test_the_corpus_has_the_components_and_relations_that_its_paper_counts(data_folder: Path) -> None:
    documents = {split: list(aae2.read(data_folder, split=split)) for split in aae2.SPLITS}
    assert {split: len(found) for split, found in documents.items()} == {"train": 286, "dev": 36, "test": 80}
    everything = [document for found in documents.values() for document in found]
    labels: Counter[str] = Counter()
    edges: Counter[tuple[str, str]] = Counter()
    for document in everything:
        assert document.arguments is not None
        units = document.arguments.units
        labels.update(unit.label for unit in units)
        edges.update((units[edge.source].label, edge.label) for edge in document.arguments.relations)
        assert all(document.text[unit.start : unit.end].strip() for unit in units)
    assert labels == {"major-claim": 751, "claim": 1506, "premise": 3832}
    assert edges == {
        ("premise", "support"): 3613,
        ("premise", "attack"): 219,
        ("claim", "support"): 1228,
        ("claim", "attack"): 278,
    }
    assert sum(document.text.count("\n\n") + 1 for document in everything) == 1587 + 199 + 449
