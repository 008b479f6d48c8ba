"""GUM's reader on a text of our own, and on the corpus."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from stance.corpora import gum
from stance.document import Document
from stance.errors import DataError

HEAD = "#FORMAT=WebAnno TSV 3.2\n#T_SP=webanno.custom.Referent|entity|infstat|salience|identity|centering\n\n\n"

# word, entity, identity, relation, target; the other columns are not read
NEWS = [
    [
        ("Peru", "organization[1]|place[2]", "Peru[1]|Peru[2]", "coref", "3-1[14_2]"),
        ("'s", "organization[1]|place[2]", "Peru[1]|Peru[2]", "_", "_"),
        ("harbour", "organization[1]", "Peru[1]", "_", "_"),
        ("board", "organization[1]", "Peru[1]", "_", "_"),
        ("met", "_", "_", "_", "_"),
        ("Ann", "person[3]", "_", "ana|bridge:other", "2-1[0_3]|1-9[5_3]"),
        ("Orme", "person[3]", "_", "_", "_"),
        (",", "_", "_", "_", "_"),
        ("carriers", "person[5]", "_", "ana", "2-4[8_5]"),
        ("and", "_", "_", "_", "_"),
        ("the", "place[6]", "_", "_", "_"),
        ("quay", "place[6]", "_", "_", "_"),
        (".", "_", "_", "_", "_"),
    ],
    [
        ("She", "person", "_", "_", "_"),
        ("did", "_", "_", "_", "_"),
        ("n't", "_", "_", "_", "_"),
        ("they", "person[8]", "_", "_", "_"),
        (".", "_", "_", "_", "_"),
    ],
    [("Peru", "place[14]", "Peru[14]", "_", "_"), ("won", "_", "_", "_", "_"), (".", "_", "_", "_", "_")],
]


def write(folder: Path, name: str, sentences: list[list[tuple[str, ...]]], *, trailing: str = "\t") -> None:
    lines, offset = [HEAD], 0
    for number, sentence in enumerate(sentences, start=1):
        lines.append(f"#Text={' '.join(token[0] for token in sentence)}\n")
        for place, (word, entity, identity, relation, target) in enumerate(sentence, start=1):
            columns = [f"{number}-{place}", f"{offset}-{offset + len(word)}", word, entity, "_", "_", identity, "_"]
            lines.append("\t".join([*columns, relation, target]) + trailing + "\n")
            offset += len(word) + 1
        lines.append("\n")
    path = folder / "gum" / "coref" / "tsv" / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "GUM_news_harbour", NEWS)
    write(tmp_path, "GUM_news_held", [[("Rain", "_", "_", "_", "_")]], trailing="\t\t\t")
    write(tmp_path, "GUM_fiction_sea", [[("Waves", "_", "_", "_", "_")]])
    write(tmp_path, "GUM_reddit_gone", [[("____", "_", "_", "_", "_")]])
    (tmp_path / "gum" / "splits.md").write_text(
        "# Splits\n\n## dev\n\n  * GUM_reddit_gone\n\n## test\n\n  * GUM_news_held\n\n## train\n",
        encoding="utf-8",
    )
    (tmp_path / "gum" / "coref" / "wiki_map.tab").write_text(
        "#Title\tURL\tId\tDate\nPeru\tPeru\tQ419\t2025\n", encoding="utf-8"
    )
    return tmp_path


def first(folder: Path) -> tuple[Document, tuple[gum.GumMention, ...]]:
    return next(gum.mentions(folder, split="train"))


def test_the_text_is_put_together_and_sentences_lie_in_it(folder: Path) -> None:
    document, _ = first(folder)
    assert document.text == "Peru's harbour board met Ann Orme, carriers and the quay. She didn't they. Peru won."
    found = [document.text[slice(*span)] for span in document.sentences or ()]
    assert found[1:] == ["She didn't they.", "Peru won."]


def test_relations_of_identity_make_actors_and_bridges_do_not(folder: Path) -> None:
    document, _ = first(folder)
    found = {
        actor.name: (actor.type, [document.text[slice(*span)] for span in actor.mentions], actor.link)
        for actor in document.actors or ()
    }
    assert found == {
        "Peru's harbour board": ("organization", ["Peru's harbour board"], "Q419"),
        "Peru": ("country", ["Peru", "Peru"], "Q419"),
        "Ann Orme": ("person", ["Ann Orme", "She"], None),
        "carriers": ("group", ["carriers", "they"], None),
    }


def test_mentions_keep_their_type_and_tell_names_nominals_and_pronouns(folder: Path) -> None:
    document, mentions = first(folder)
    found = [(document.text[one.start : one.end], one.type, one.kind) for one in mentions]
    assert found == [
        ("Peru's harbour board", "organization", "nominal"),
        ("Peru", "place", "name"),
        ("Ann Orme", "person", "name"),
        ("carriers", "person", "nominal"),
        ("the quay", "place", "nominal"),
        ("She", "person", "pronoun"),
        ("they", "person", "pronoun"),
        ("Peru", "place", "name"),
    ]
    clusters = Counter(one.cluster for one in mentions)
    assert sorted(clusters.values()) == [1, 1, 2, 2, 2]


def test_train_leaves_noncommercial_genres_out_unless_they_are_asked_for(folder: Path) -> None:
    assert [document.id for document in gum.read(folder, split="train")] == ["GUM_news_harbour"]
    assert [document.id for document in gum.read(folder, split="train", genres=["fiction"])] == ["GUM_fiction_sea"]


def test_documents_of_underscores_are_left_out_and_trailing_columns_do_no_harm(folder: Path) -> None:
    assert list(gum.read(folder, split="dev")) == []
    assert [document.text for document in gum.read(folder, split="test")] == ["Rain"]


def test_an_unknown_genre_names_the_nearest(folder: Path) -> None:
    with pytest.raises(DataError, match="did you mean 'news'"):
        gum.read(folder, split="train", genres=["new"])


def test_a_line_without_its_columns_is_refused_with_its_number(folder: Path) -> None:
    (folder / "gum/coref/tsv/GUM_news_held.tsv").write_text("#Text=Rain\n1-1\t0-4\tRain\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"held\.tsv, line 2"):
        list(gum.read(folder, split="test"))


@pytest.mark.data
def test_the_corpus_has_its_documents_and_the_characters_of_its_tokens(data_folder: Path) -> None:
    counts = {}
    for split in gum.SPLITS:
        documents = list(gum.read(data_folder, split=split))
        counts[split] = len(documents)
        for document in documents:
            path = data_folder / "gum" / "coref" / "tsv" / f"{document.id}.tsv"
            lines = path.read_text(encoding="utf-8").split("\n")
            tokens = "".join(line.removeprefix("#Text=") for line in lines if line.startswith("#Text="))
            assert "".join(document.text.split()) == "".join(tokens.split())
    assert counts == {"train": 128, "dev": 30, "test": 30, "test2": 26}
