"""The readers by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from stance.corpora.folders import require_paths
from stance.corpora.registry import READERS, SPLITS
from stance.document import from_json, to_json
from stance.errors import DataError


@pytest.mark.parametrize("name", READERS)
def test_every_reader_refuses_an_unknown_split_and_a_missing_corpus_when_it_is_called(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="there is no split 'tset'"):
        READERS[name](tmp_path, split="tset")
    with pytest.raises(DataError, match=r"scripts/get_data\.py"):
        READERS[name](tmp_path, split=SPLITS[name][0])


@pytest.mark.data
@pytest.mark.parametrize("name", READERS)
def test_every_document_of_a_corpus_survives_json(name: str, data_folder: Path) -> None:
    for split in SPLITS[name][1:]:
        ids = set()
        for document in READERS[name](data_folder, split=split):
            assert from_json(to_json(document)) == document
            ids.add(document.id)
        assert ids


def test_of_many_missing_files_the_first_is_named_and_the_others_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"0: there is no such file or folder, and 7 others") as caught:
        require_paths([tmp_path / str(number) for number in range(8)], corpus="gum")
    assert len(caught.value.problems) == 1
