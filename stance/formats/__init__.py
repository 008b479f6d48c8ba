"""Files to documents and back: one file a format, read and write side by side, so that round trips can be tested.

In reading order: `limits`, `decoding`, `atomic`, `columns`, `rows`, `txt`, `markdown`, `html`, `docx`, `pdf`,
`delimited`, `parquet`, `jsonl`, `argued`, `argdown`, `aif`, `inputs`, `counting`, `files`.
"""

from __future__ import annotations

from stance.formats.files import FORMATS, read, read_all, write
from stance.formats.inputs import find
from stance.formats.limits import MAXIMUM_CHARACTERS

__all__ = ["FORMATS", "MAXIMUM_CHARACTERS", "find", "read", "read_all", "write"]
