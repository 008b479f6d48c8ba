"""The reader of the microtexts on graphs of our own, and on the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.corpora import microtexts
from stance.document import Document
from stance.errors import DataError

SEGMENTS = ("Gates must go.", "They hurt deer,", "as a keeper saw.", "Some like them,", "but few do.", "So, no gates!")
EDGES = (
    "seg e1 a1",
    "seg e2 a2",
    "seg e3 a2",
    "seg e4 a3",
    "seg e5 a4",
    "seg e6 a1",
    "sup a2 a1",
    "reb a3 a1",
    "und a4 c8",
)


def write(folder: Path, *, edges: tuple[str, ...] = EDGES, implicit: str = "", part: str = "1") -> Path:
    """Write a graph with the segments e1, e2 ... and the edges c1, c2 ...; `implicit` is a segment nobody wrote."""
    corpus, place = microtexts.FOLDERS[part]
    path = folder / corpus / place / "micro_x1.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    nodes = sorted({end for edge in edges for end in edge.split()[1:] if end.startswith("a")})
    lines = [f'<edu id="e{number}"><![CDATA[{words}]]></edu>' for number, words in enumerate(SEGMENTS, start=1)]
    if implicit:
        lines.append(f'<edu id="e7" implicit="true"><![CDATA[{implicit}]]></edu>')
    lines += [f'<adu id="{name}" type="pro"/>' for name in nodes]
    for number, edge in enumerate(edges, start=1):
        type, source, target = edge.split()
        lines.append(f'<edge id="c{number}" src="{source}" trg="{target}" type="{type}"/>')
    body = "".join(lines)
    path.write_text(f'<arggraph id="micro_x1" topic_id="gates" stance="con">{body}</arggraph>', encoding="utf-8")
    return path


def shown(document: Document) -> tuple[list[tuple[str, str]], list[tuple[int, int, str]]]:
    assert document.arguments is not None
    units = [(document.text[unit.start : unit.end], unit.label) for unit in document.arguments.units]
    return units, [(edge.source, edge.target, edge.label) for edge in document.arguments.relations]


def test_the_central_claim_is_the_major_claim_wherever_it_is_said_and_neighbouring_segments_are_one_unit(
    tmp_path: Path,
) -> None:
    units, relations = shown(microtexts.read_file(write(tmp_path), part="1"))
    assert units == [
        ("Gates must go.", "major-claim"),
        ("They hurt deer, as a keeper saw.", "premise"),
        ("Some like them,", "premise"),
        ("but few do.", "premise"),
        ("So, no gates!", "major-claim"),
    ]
    assert relations == [(1, 0, "support"), (2, 0, "attack"), (3, 2, "attack")]


def test_a_joining_premise_does_what_the_joined_one_does(tmp_path: Path) -> None:
    edges = ("seg e1 a1", "seg e2 a2", "seg e3 a3", "exa a2 a1", "add a3 c4")
    assert shown(microtexts.read_file(write(tmp_path, edges=edges), part="1"))[1] == [
        (1, 0, "support"),
        (2, 0, "support"),
    ]


def test_a_claim_that_nobody_wrote_is_not_in_the_text_but_in_the_meta(tmp_path: Path) -> None:
    edges = ("seg e2 a2", "seg e4 a3", "seg e7 a1", "sup a2 a1", "reb a3 a2")
    document = microtexts.read_file(write(tmp_path, edges=edges, implicit="Gates are bad.", part="2"), part="2")
    assert document.text == " ".join(SEGMENTS)
    assert document.meta.more == {
        "part": "2",
        "topic": "gates",
        "stance": "con",
        "implicit_claim": "Gates are bad.",
    }
    assert shown(document) == ([("They hurt deer,", "premise"), ("Some like them,", "premise")], [(1, 0, "attack")])


def test_a_graph_with_two_central_claims_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, edges=("seg e1 a1", "seg e2 a2"))
    with pytest.raises(DataError, match=r"micro_x1\.xml: ValueError"):
        microtexts.read_file(path, part="1")


@pytest.mark.data
def test_the_corpus_has_its_texts_as_they_were_published(data_folder: Path) -> None:
    documents = list(microtexts.read(data_folder, split="test"))
    assert Counter(document.meta.more["part"] for document in documents) == {"1": 112, "2": 171}
    assert sum(microtexts.IMPLICIT in document.meta.more for document in documents) == 34
    first = [document.arguments for document in documents if document.meta.more["part"] == "1"]
    assert sum(len(layer.units) for layer in first if layer) == 576
    assert sum(len(layer.relations) for layer in first if layer) == 576 - 112
    for document in documents:
        corpus, place = microtexts.FOLDERS[document.meta.more["part"]]
        published = (data_folder / corpus / place / f"{document.id}.txt").read_text(encoding="utf-8").strip()
        written, _, added = published.partition(document.text)
        assert (written, added.strip().lower()) == ("", document.meta.more.get("implicit_claim", "").lower())
