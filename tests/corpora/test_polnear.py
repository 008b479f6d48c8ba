"""PolNeAR's reader on an article of our own, and on the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.corpora import polnear
from stance.document import Document, Span
from stance.errors import DataError

TEXT = (
    "The clerk, a Mr. Dunn, said the gate was shut. “Nobody,” he\n\nadded, “had the key.”\n"
    "Lady Vane (she came late) thinks otherwise. It was whispered that the fence was sold.\n"
)
COLUMNS = ["compartment", "filename", "level", "annotators", "publisher", "publication_date", "author", "title"]


def span(part: str, after: int = 0) -> str:
    start = TEXT.index(part, after)
    return f"{start} {start + len(part)}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data root with one article of two annotators, in the corpus's form."""
    root = tmp_path / "polnear" / "data"
    for part in ("text", "attributions"):
        (root / "train" / part).mkdir(parents=True)
    name = "nyt_2016-03-01_the-gate"
    row = ["train", name, "Level-1", "aaaa|bbbb", "nyt", "2016-03-01", "None", 'The "gate" that was shut']
    (root / "metadata.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", encoding="utf-8")
    (root / "train" / "text" / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    lines = [
        f"T1\tSource {span('The clerk')};{span('Mr. Dunn')}\tThe clerk Mr. Dunn",
        f"T2\tCue {span('said')}\tsaid",
        f"T3\tContent {span('the gate was shut')}\tthe gate was shut",
        f"T4\tAttribution {span('said')}\tsaid",
        "E1\tAttribution:T4 Content:T3 Cue:T2 Source:T1",
        f"T5\tSource {span('he', 50)}\the",
        # a quotation that runs over a line break does so in the file as well
        f"T6\tContent {span('“Nobody,”')};{span('“had the key.”')}\t“Nobody,” he",
        "",
        "added, “had the key.”",
        f"T7\tCue {span('added')}\tadded",
        "E2\tAttribution:T8 Cue:T7 Source:T5 Content:T6",
        f"T9\tSource {span('Vane')};{span('otherwise')}\tVane otherwise",
        f"T10\tCue {span('thinks')}\tthinks",
        "E3\tAttribution:T11 Source:T9 Cue:T10",
        f"T12\tContent {span('that the fence')}\tthat the fence",
        f"T13\tContent {span('was sold')}\twas sold",
        f"T14\tCue {span('was whispered')}\twas whispered",
        "E4\tAttribution-no-source:T15 Cue:T14 Content:T12 Content2:T13",
        f"T16\tDiscard {span('she came late')}\tshe came late",
        "#1\tAnnotatorNotes T16\tIs this one?",
    ]
    (root / "train" / "attributions" / f"{name}_aaaa.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (root / "train" / "attributions" / f"{name}_bbbb.ann").write_text("", encoding="utf-8")
    return tmp_path


def read(folder: Path) -> list[Document]:
    return list(polnear.read(folder, split="train"))


def words(document: Document, place: Span | None) -> str | None:
    return None if place is None else document.text[slice(*place)]


def test_every_annotation_of_an_article_is_a_document_of_its_own(folder: Path) -> None:
    documents = read(folder)
    assert [document.id for document in documents] == ["nyt_2016-03-01_the-gate@aaaa", "nyt_2016-03-01_the-gate@bbbb"]
    assert documents[1].attributions == ()
    assert documents[0].meta.more == {"article": "nyt_2016-03-01_the-gate", "annotator": "aaaa"}


def test_meta_comes_from_the_table_and_none_means_unknown(folder: Path) -> None:
    meta = read(folder)[0].meta
    assert (meta.outlet, meta.date, meta.author) == ("New York Times", "2016-03-01", None)
    assert meta.title == 'The "gate" that was shut'


def test_an_article_is_given_once_without_annotation_whoever_annotated_it(folder: Path) -> None:
    (article,) = polnear.read_articles(folder, split="train")
    assert (article.id, article.text, article.attributions) == ("nyt_2016-03-01_the-gate", TEXT, None)
    assert article.meta.outlet == "New York Times" and article.meta.more["split"] == "train"
    with pytest.raises(DataError, match="there is no split"):
        polnear.read_articles(folder, split="tset")


def test_parts_of_a_source_that_stand_close_are_joined(folder: Path) -> None:
    document = read(folder)[0]
    first = (document.attributions or ())[0]
    assert words(document, first.source) == "The clerk, a Mr. Dunn"
    assert words(document, first.cue) == "said"


def test_of_parts_far_apart_the_longest_is_taken(folder: Path) -> None:
    path = folder / "polnear/data/train/attributions/nyt_2016-03-01_the-gate_aaaa.ann"
    content = f"T17\tContent {span('otherwise.')}\totherwise.\nE3\tAttribution:T11 Source:T9 Cue:T10 Content:T17\n"
    path.write_text(
        path.read_text(encoding="utf-8").replace("E3\tAttribution:T11 Source:T9 Cue:T10\n", content), "utf-8"
    )
    document = read(folder)[0]
    assert [words(document, one.source) for one in document.attributions or ()][2] == "otherwise"


def test_discontinuous_content_keeps_its_parts(folder: Path) -> None:
    document = read(folder)[0]
    contents = [[words(document, part) for part in one.content] for one in document.attributions or ()]
    assert contents == [["the gate was shut"], ["“Nobody,”", "“had the key.”"], ["that the fence", "was sold"]]


def test_attributions_without_content_are_left_out_and_those_without_source_kept(folder: Path) -> None:
    document = read(folder)[0]
    assert [words(document, one.cue) for one in document.attributions or ()] == ["said", "added", "was whispered"]
    assert (document.attributions or ())[2].source is None


def test_a_span_outside_its_text_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "polnear/data/train/attributions/nyt_2016-03-01_the-gate_bbbb.ann"
    path.write_text("T1\tSource 0 9\tThe clerk\nT2\tCue 900 904\tsaid\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"bbbb\.ann, line 2: the span 900 904"):
        read(folder)


@pytest.mark.data
def test_the_corpus_has_its_files_and_every_span_its_text(data_folder: Path) -> None:
    counts = {}
    for split in polnear.SPLITS:
        documents = list(polnear.read(data_folder, split=split))
        counts[split] = (len(documents), sum(len(document.attributions or ()) for document in documents))
    assert counts == {"train": (919, 22465), "dev": (94, 2319), "test": (94, 2231), "annotator-training": (24, 322)}


@pytest.mark.data
def test_content_of_the_corpus_is_the_text_that_its_files_quote(data_folder: Path) -> None:
    for document in polnear.read(data_folder, split="dev"):
        article, annotator = document.id.split("@")
        path = data_folder / "polnear" / "data" / "dev" / "attributions" / f"{article}_{annotator}.ann"
        quoted = "".join(path.read_text(encoding="utf-8").split())
        for one in document.attributions or ():
            for part in one.content:
                assert "".join(document.text[slice(*part)].split()) in quoted
