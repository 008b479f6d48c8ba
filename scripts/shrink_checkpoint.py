"""Write a checkpoint again with its weights stored in fewer bits: int8 with a scale for every row, or float16.

    python scripts/shrink_checkpoint.py runs/base-float16 --to checkpoints/base --storage int8

Card, settings and calibration stay, but for the word on how weights are stored. What that costs is for `stance benchmark` and
`stance evaluate` to say: the figures on the card are those of the weights before.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from stance.errors import StanceError
from stance.model.checkpoint import find_checkpoint, load_checkpoint, save_checkpoint
from stance.train.starting import CARD, EARLIER_CARDS

SETTINGS = "train.yaml"


def main() -> int:
    """Load, write again, and say how many bytes there were and are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", help="a shipped name, a folder or a hub id")
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="where to write")
    parser.add_argument("--storage", choices=("int8", "float16", "float32"), default="int8")
    arguments = parser.parse_args()
    try:
        folder = find_checkpoint(arguments.checkpoint)
        before = size(folder)
        texts = {name: folder / name for name in (CARD, EARLIER_CARDS, SETTINGS)}
        extras = {name: path.read_text(encoding="utf-8") for name, path in texts.items() if path.is_file()}
        if CARD in extras:
            extras[CARD] = re.sub(r"stored as (int8|float\d+)", f"stored as {arguments.storage}", extras[CARD])
        if SETTINGS in extras:
            extras[SETTINGS] = with_storage(extras[SETTINGS], arguments.storage)
        save_checkpoint(load_checkpoint(folder), arguments.to, extras=extras, storage=arguments.storage)
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{arguments.to}: {size(arguments.to) / 1e6:.1f} MB, before {before / 1e6:.1f} MB")
    return 0


def size(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def with_storage(settings: str, storage: str) -> str:
    """Return settings that say how weights are stored.

    >>> with_storage("seed: 1\\nstorage: float16\\n", "int8")
    'seed: 1\\nstorage: int8\\n'
    """
    lines = [line for line in settings.splitlines() if not line.startswith("storage:")]
    return "\n".join([*lines, f"storage: {storage}"]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
