"""Write a split of the hand-annotated op-eds, texts included, as JSON lines that `stance evaluate` reads.

    python scripts/write_gold.py test --data data -o gold-test.jsonl
    python scripts/write_gold.py seeds/gold/mission/ID.json --text ID.txt -o gold.jsonl

The texts come from the downloaded corpora (`scripts/get_data.py`) and are checked against the annotation by their
sha256. A piece whose text cannot be fetched is joined with a file that you have.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from stance.corpora import gold
from stance.document import Document
from stance.errors import StanceError
from stance.formats import read, write


def main() -> int:
    """Write the documents; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="write_gold.py"
    )
    names = ", ".join(gold.SPLITS)
    parser.add_argument("split", metavar="SPLIT|STANDOFF.json", help=f"one of {names}; or a stand-off file with --text")
    parser.add_argument("--text", type=Path, metavar="FILE", help="the text of a stand-off file (txt, md, ...)")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("-o", "--output", type=Path, help="file to write (default: standard output)")
    arguments = parser.parse_args()
    try:
        write(_documents(arguments), arguments.output, format="jsonl")
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _documents(arguments: argparse.Namespace) -> Iterable[Document]:
    if arguments.text is None:
        return gold.read(arguments.data, split=arguments.split)
    (text,) = read(arguments.text)
    return [gold.read_standoff(Path(arguments.split), document=text)]


if __name__ == "__main__":
    sys.exit(main())
