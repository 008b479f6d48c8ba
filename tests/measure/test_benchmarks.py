"""Attribution and subjectivity on corpus folders made here, and the names that a user may type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from stance.corpora import checkthat, webis
from stance.document import Actor, Attribution, Document, Meta, Span, VoiceSpan
from stance.errors import ConfigError, DataError
from stance.measure.attribution_benchmark import WHOLE, attribution_scores
from stance.measure.benchmark import BENCHMARKS, find_benchmarks, require_corpora, run_benchmarks
from stance.measure.subjectivity_benchmark import checkthat_table, subjectivity
from stance.measure.tables import render

TEXT = "The mayor said the bridge is safe. Critics doubt it."


def span(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


SAID = Attribution((span("the bridge is safe"),), source=span("The mayor"), cue=span("said"))
DOUBTED = Attribution((span("it"),), source=span("Critics"), cue=span("doubt"))


class Fixed:
    """A model that gives every text the same attributions, and opinion where it reads "shame"."""

    def __init__(self, *attributions: Attribution) -> None:
        self.attributions = attributions
        self.asked: list[str] = []

    def predict(
        self, documents: Sequence[Document], *, given: Sequence[Sequence[Actor]] | None = None
    ) -> list[Document]:
        self.asked += [document.id for document in documents]
        return [
            replace(
                document,
                attributions=self.attributions,
                voice=(VoiceSpan(0, len(document.text), "opinion" if "shame" in document.text else "fact"),),
            )
            for document in documents
        ]


def annotated(annotator: str, *attributions: Attribution, article: str = "bridge") -> Document:
    meta = Meta(more={"article": article, "annotator": annotator})
    return Document(f"{article}@{annotator}", TEXT, meta, attributions=attributions)


def test_an_article_of_two_annotators_is_predicted_once_and_counts_as_one() -> None:
    model = Fixed(SAID)
    scores = attribution_scores(model, [annotated("a", SAID), annotated("b", SAID, DOUBTED)])
    assert model.asked == ["bridge@a"]
    content = scores["content", "exact"]
    assert (content.true_positive, content.gold, content.predicted) == (1.0, 1.5, 1.0)
    alone = attribution_scores(model, [annotated("a", SAID), annotated("a", SAID, DOUBTED, article="other")])
    assert alone["content", "exact"].gold == 3.0


def test_a_whole_attribution_asks_for_the_right_source_and_cue() -> None:
    crossed = replace(SAID, source=DOUBTED.source)
    scores = attribution_scores(Fixed(crossed), [annotated("a", SAID)])
    assert scores["content", "exact"].f1 == scores["cue", "exact"].f1 == 1.0
    assert scores[WHOLE, "exact"].f1 == scores[WHOLE, "overlap"].f1 == scores["source", "overlap"].f1 == 0.0
    shorter = replace(SAID, content=(span("bridge is safe"),))
    scores = attribution_scores(Fixed(shorter), [annotated("a", SAID)])
    assert (scores[WHOLE, "exact"].f1, scores[WHOLE, "overlap"].f1) == (0.0, 1.0)


def write_checkthat(folder: Path, *, label: str = "SUBJ") -> None:
    path = folder / checkthat.FOLDER
    path.mkdir(parents=True)
    rows = f'a\t"""A shame"", we say."\t{label}\nb\tIt rained.\tOBJ\nc\tWhat a shame.\tOBJ\n'
    for name in ("test_en_labeled", "dev_test_en"):
        (path / f"{name}.tsv").write_text(f"sentence_id\tsentence\tlabel\n{rows}", encoding="utf-8")


def test_opinion_anywhere_in_a_sentence_is_subjective(tmp_path: Path) -> None:
    write_checkthat(tmp_path)
    first = next(checkthat.read(tmp_path, split="test"))
    assert (first.text, first.voice) == ('"A shame", we say.', (VoiceSpan(0, 18, "opinion"),))
    table = checkthat_table(Fixed(), tmp_path)
    row = next(row for row in table.rows if row[:2] == ["test", "this model: opinion anywhere"])
    assert row[3] == pytest.approx(2 / 3)
    assert "majority" in render([table])


def test_opinion_that_the_model_is_not_sure_of_is_objective_where_it_has_to_be_sure() -> None:
    documents = [Document("a", "Oh", voice=(VoiceSpan(0, 2, "opinion", score),)) for score in (0.4, 0.5)]
    assert subjectivity(documents) == ["SUBJ", "SUBJ"]
    assert subjectivity(documents, least=0.5) == ["OBJ", "SUBJ"]


def test_a_label_that_the_corpus_does_not_have_is_refused_with_its_line(tmp_path: Path) -> None:
    write_checkthat(tmp_path, label="MAYBE")
    with pytest.raises(DataError, match=r"line 2: the label 'MAYBE'"):
        list(checkthat.read(tmp_path, split="test"))


def test_tables_that_are_done_survive_a_corpus_that_is_missing(tmp_path: Path) -> None:
    write_checkthat(tmp_path)
    (tmp_path / checkthat.FOLDER / "dev_en.tsv").write_text("sentence_id\tsentence\tlabel\n", encoding="utf-8")
    runners = {"checkthat": BENCHMARKS[checkthat.CORPUS], "polnear": BENCHMARKS["polnear"]}
    tables, lacking = run_benchmarks(Fixed(), tmp_path, runners=runners)
    assert list(tables) == ["checkthat"]
    assert "there is no such file or folder" in str(lacking["polnear"])


def test_a_corpus_that_is_broken_stops_the_benchmarks(tmp_path: Path) -> None:
    write_checkthat(tmp_path, label="MAYBE")
    with pytest.raises(DataError, match="MAYBE"):
        run_benchmarks(Fixed(), tmp_path, runners={"checkthat": BENCHMARKS[checkthat.CORPUS]})


def test_all_corpora_that_named_benchmarks_lack_are_told_at_once(tmp_path: Path) -> None:
    write_checkthat(tmp_path)
    require_corpora([checkthat.CORPUS], folder=tmp_path)
    with pytest.raises(DataError) as caught:
        require_corpora([checkthat.CORPUS, "polnear", "webis-only-guardian", "aae2"], folder=tmp_path)
    message = str(caught.value)
    assert all(f"get_data.py {corpus}`" in message for corpus in ("polnear", webis.CORPUS, "aae2-conll"))


def test_a_benchmark_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    assert list(find_benchmarks([])) == list(BENCHMARKS)
    assert list(find_benchmarks(["newsmtsc", "newsmtsc"])) == ["newsmtsc"]
    with pytest.raises(ConfigError, match=r"did you mean 'newsmtsc'"):
        find_benchmarks(["newsmtcs"])
