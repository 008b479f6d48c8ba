"""Write a split of the hand-annotated op-eds, texts included, as JSON lines that `stance evaluate` reads.

    python scripts/write_gold.py test --data data -o gold-test.jsonl

The texts come from the downloaded corpora (`scripts/get_data.py`) and are checked against the annotation by their sha256.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stance.corpora import gold
from stance.errors import StanceError
from stance.formats import write


def main() -> int:
    """Write the documents; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="write_gold.py"
    )
    parser.add_argument("split", choices=gold.SPLITS)
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("-o", "--output", type=Path, help="file to write (default: standard output)")
    arguments = parser.parse_args()
    try:
        write(gold.read(arguments.data, split=arguments.split), arguments.output, format="jsonl")
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
