"""Texts become subwords without losing a word, whatever characters they hold."""

import pytest

from stance.model.checkpoint import Checkpoint
from stance.model.encoding import EncodedText, attention, encode_text, pad, window_ids
from stance.text.sentences import sentence_spans


def encoded(checkpoint: Checkpoint, text: str) -> EncodedText:
    return encode_text(checkpoint.tokenizer, text, sentences=sentence_spans(text))


@pytest.mark.parametrize("text", ["", "   ", "\n\n\t", "\u200b", "\x00\x07"])
def test_a_text_of_nothing_readable_has_no_token_and_no_window(tiny_checkpoint: Checkpoint, text: str) -> None:
    found = encoded(tiny_checkpoint, text)
    assert (len(found.ids), found.offsets.shape, found.windows) == (0, (0, 2), [])


def test_a_text_that_spells_a_special_token_has_words_there(tiny_checkpoint: Checkpoint) -> None:
    found = encoded(tiny_checkpoint, "The [SEP] report [CLS]")
    special = {tiny_checkpoint.tokenizer.first, tiny_checkpoint.tokenizer.last}
    assert not special & set(found.ids.tolist())


def test_half_a_surrogate_pair_does_not_stop_the_tokenizer(tiny_checkpoint: Checkpoint) -> None:
    text = "The \ud83d report"
    found = encoded(tiny_checkpoint, text)
    first, end = found.tokens(6, len(text))
    assert text[found.offsets[first, 0] : found.offsets[end - 1, 1]] == "report"


def test_an_accent_that_is_a_character_of_its_own_stands_within_its_word(tiny_checkpoint: Checkpoint) -> None:
    text = "Beyonce\u0301 sang. Moscow\u0301\u0302 promises."
    found = encoded(tiny_checkpoint, text)
    ends = {text[:end] for end in found.offsets[:, 1]}
    assert {"Beyonce\u0301", "Beyonce\u0301 sang. Moscow\u0301\u0302"} <= ends


def test_offsets_are_in_order_for_scripts_that_the_vocabulary_does_not_know(tiny_checkpoint: Checkpoint) -> None:
    text = "김정은 met 习近平 – क्षत्रिय 👩‍👩‍👧 \u202eback\u202c 🫠."
    offsets = encoded(tiny_checkpoint, text).offsets
    assert (offsets[:-1] <= offsets[1:]).all()
    assert (offsets[:, 0] < offsets[:, 1]).all()
    assert offsets.max() == len(text)


def test_a_tokenizer_that_was_saved_with_truncation_still_reads_the_whole_text(tiny_checkpoint: Checkpoint) -> None:
    subwords = tiny_checkpoint.tokenizer.subwords
    text = "The president said so. " * 40
    whole = len(encoded(tiny_checkpoint, text).ids)
    subwords.backend_tokenizer.enable_truncation(max_length=16)
    try:
        assert len(encoded(tiny_checkpoint, text).ids) == whole
    finally:
        subwords.backend_tokenizer.no_truncation()


def test_a_window_goes_to_the_encoder_between_its_special_tokens(tiny_checkpoint: Checkpoint) -> None:
    found = encoded(tiny_checkpoint, "Ann Li praised the report. " * 10)
    subwords = tiny_checkpoint.tokenizer.subwords
    for window in found.windows:
        ids = window_ids(tiny_checkpoint.tokenizer, found, window=window)
        assert (ids[0], ids[-1]) == (subwords.cls_token_id, subwords.sep_token_id)
        assert ids[1:-1] == found.ids[window.first : window.end].tolist()
        assert len(ids) <= tiny_checkpoint.tokenizer.window_tokens


def test_rows_are_filled_up_to_the_longest() -> None:
    assert pad([[1, 2], [3]], value=9).tolist() == [[1, 2], [3, 9]]
    assert attention([[5, 6], [7]]).tolist() == [[1, 1], [1, 0]]
    assert pad([], value=0).shape == (0, 0)
