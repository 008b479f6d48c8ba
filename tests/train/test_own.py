"""The user's own documents: read, checked, divided by chance, and each teaching the heads whose layers it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from stance.document import Attribution, Document, ModelStamp, Span, Stance, VoiceSpan
from stance.errors import DataError, InputError
from stance.formats import files
from stance.labels import IGNORED
from stance.model.checkpoint import Checkpoint
from stance.model.heads import TOKEN_LABELS
from stance.train.own import own_examples, own_heads, read_own

ROOT = Path(__file__).resolve().parents[2]
Piece = Callable[[int], Document]


def written(documents: Sequence[Document], folder: Path, *, name: str = "mine.jsonl") -> Path:
    path = folder / name
    files.write(documents, path, format="jsonl")
    return path


def problems(path: Path, *, development: float | Path = 0.2) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_own(path, development=development, seed=1)
    return [str(problem) for problem in caught.value.problems]


def test_a_fifth_is_held_out_by_chance_and_three_at_least(own_piece: Piece, tmp_path: Path) -> None:
    for count, wanted in ((8, 3), (15, 3), (20, 4), (30, 6)):
        path = written([own_piece(number) for number in range(count)], tmp_path)
        found = read_own(path, development=0.2, seed=1)
        assert (len(found.development), len(found.training)) == (wanted, count - wanted)
        assert not {one.id for one in found.training} & {one.id for one in found.development}
    again, other = read_own(path, development=0.2, seed=1), read_own(path, development=0.2, seed=2)
    assert again.development == found.development
    assert other.development != found.development


def test_the_order_of_the_file_does_not_matter(own_piece: Piece, tmp_path: Path) -> None:
    pieces = [own_piece(number) for number in range(12)]
    one = read_own(written(pieces, tmp_path), development=0.3, seed=4)
    other = read_own(written(pieces[::-1], tmp_path, name="other.jsonl"), development=0.3, seed=4)
    assert one == other


def test_two_annotations_of_one_text_are_never_on_both_sides(own_piece: Piece, tmp_path: Path) -> None:
    pieces = [own_piece(number) for number in range(9)]
    path = written([*pieces, *(replace(piece, id=f"{piece.id}-again") for piece in pieces)], tmp_path)
    for seed in range(5):
        found = read_own(path, development=0.3, seed=seed)
        assert len(found.development) == 6
        assert not {one.text for one in found.training} & {one.text for one in found.development}


def test_too_few_documents_are_an_error_that_names_the_ways_out(own_piece: Piece, tmp_path: Path) -> None:
    path = written([own_piece(number) for number in range(7)], tmp_path)
    (problem,) = problems(path)
    assert "7 annotated texts, of which 3 are to be held out; expected at least 5 to learn from" in problem
    assert "`development: 0`" in problem
    found = read_own(path, development=0, seed=1)
    assert (len(found.training), found.development) == (7, ())


def test_a_folder_of_further_documents_can_judge(own_piece: Piece, tmp_path: Path) -> None:
    path = written([own_piece(number) for number in range(3)], tmp_path)
    judge = written([own_piece(number) for number in range(3, 5)], tmp_path, name="judge.jsonl")
    found = read_own(path, development=judge, seed=1)
    assert [document.id for document in found.development] == ["piece-3", "piece-4"]
    (problem,) = problems(path, development=path)
    assert "piece-0, piece-1, piece-2 to be learned from too" in problem


def test_every_label_and_actor_that_is_none_of_ours_is_told_at_once(own_piece: Piece, tmp_path: Path) -> None:
    piece = own_piece(0)
    actors = [replace(one, type="persn") for one in piece.actors or ()]
    wrong = replace(
        piece,
        sentences=(Span(0, 20), Span(5, 30)),
        voice=(VoiceSpan(0, 5, "opinon"),),
        attributions=(Attribution((Span(0, 3),), kind="quoted"),),
        actors=(replace(actors[0], stance="for"), *actors[1:], replace(actors[0], type="person")),
        stances=(Stance("aut", "zz", "neutral", 0, 5),),
    )
    found = problems(written([wrong, own_piece(1)], tmp_path))
    for words in (
        *("voice[0].label: 'opinon'", "did you mean 'opinion'?", "attributions[0].kind: 'quoted'"),
        *(
            "actors[0].type: 'persn'",
            "actors[0].stance: 'for'",
            "stances[0].label: 'neutral'",
            "stances[0].actor: 'zz'",
        ),
        *("stances[0].holder: 'aut'", "two with the id 'a0'", "they overlap"),
    ):
        assert any(words in problem and "piece-0" in problem for problem in found), words
    assert not any("piece-1" in problem for problem in found)


def test_documents_without_annotation_are_refused(tmp_path: Path) -> None:
    path = written([Document(f"d{number}", "Ann spoke.") for number in range(9)], tmp_path)
    with pytest.raises(InputError, match="none of its 9 documents has an annotation"):
        read_own(path, development=0.2, seed=1)
    bare = written([Document(f"d{number}", "Ann spoke.", sentences=(Span(0, 10),)) for number in range(9)], tmp_path)
    (problem,) = problems(bare)
    assert "none of its 9 documents has a layer that can be learned" in problem


def test_a_document_teaches_the_heads_of_its_layers(own_piece: Piece, tiny_checkpoint: Checkpoint) -> None:
    piece = own_piece(0)
    bare = Document(piece.id, piece.text, sentences=piece.sentences)
    quoted = (Attribution((Span(0, 3),), cue=Span(4, 8)),)
    cases = [
        (replace(bare, voice=piece.voice), {"voice"}),
        (replace(bare, actors=piece.actors), {"mention"}),
        (replace(bare, actors=piece.actors, stances=piece.stances), {"mention", "evidence", "stance"}),
        (replace(bare, stances=piece.stances), set()),
        (replace(bare, actors=piece.actors, stances=()), {"mention", "evidence"}),
        (replace(bare, voice=piece.voice, actors=piece.actors, stances=()), {"voice", "mention", "evidence", "stance"}),
        (replace(bare, attributions=quoted), {"voice", "source", "cue", "content", "link"}),
    ]
    for document, wanted in cases:
        assert set(own_heads(document)) == wanted
        examples = list(own_examples([document], tokenizer=tiny_checkpoint.tokenizer, lost=Counter()))
        taught = {head for head in TOKEN_LABELS if any(any(example[head]) for example in examples)}
        asked = [views for example in examples for views in example["mention_targets"] if set(views) != {IGNORED}]
        linked = any(example["content_targets"] for example in examples)
        assert taught | ({"stance"} if asked else set()) | ({"link"} if linked else set()) == wanted


def test_attributions_are_learned_only_where_each_has_a_cue_or_a_kind(own_piece: Piece, tmp_path: Path) -> None:
    clause, said = Attribution((Span(0, 3),)), Attribution((Span(0, 3),), cue=Span(4, 8))
    direct = Attribution((Span(0, 3),), kind="direct")
    layers = [(said,), (direct, said), (clause,), (said, clause), (), None]
    pieces = [replace(own_piece(number), attributions=layer) for number, layer in enumerate(layers)]
    found = read_own(written(pieces, tmp_path), development=0, seed=1)
    assert [document.attributions is not None for document in found.training] == [True, True, *([False] * 4)]
    assert found.lost["attribution: neither cue nor kind, so a whole clause"] == 3


def test_documents_that_a_model_wrote_are_warned_of(
    own_piece: Piece, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pieces = [replace(own_piece(number), model=ModelStamp("small", "1", "")) for number in range(2)]
    read_own(written(pieces, tmp_path), development=0, seed=1)
    assert "2 documents were written by a model" in caplog.text


def test_the_seed_op_eds_are_read_with_their_gold() -> None:
    found = read_own(ROOT / "seeds" / "op-eds", development=0.2, seed=1)
    assert (len(found.training), len(found.development)) == (12, 3)
    assert {own_heads(document) for document in found.training} == {("voice", "mention", "evidence", "stance")}


def test_sentences_are_put_in_order_and_found_where_they_are_missing(own_piece: Piece, tmp_path: Path) -> None:
    piece = own_piece(0)
    mixed = replace(piece, sentences=tuple(reversed(piece.sentences or ())))
    found = read_own(written([mixed, replace(own_piece(1), sentences=None)], tmp_path), development=0, seed=1)
    assert found.training[0].sentences == piece.sentences
    assert len(found.training[1].sentences or ()) == len(piece.sentences or ())
