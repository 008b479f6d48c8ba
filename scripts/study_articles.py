"""Write the articles of a study, without labels, as JSON lines that `stance predict` reads; and its sampling design.

    python scripts/study_articles.py op-eds --data data -o op-eds.jsonl
    python scripts/study_articles.py election --data data --each 50 -o election.jsonl
    python scripts/study_articles.py climate --data data -o climate.jsonl

`op-eds` are the three outlets of Webis-Editorials, `election` the seven publishers of PolNeAR, `climate` the outlets of Narrative
Frames that a rating puts from left to right. `docs/studies.md` goes on from here. Texts come from the downloaded corpora
(`scripts/get_data.py`) and go nowhere but into the file.

With `--gold` the hand-annotated op-eds are written too, and with `--design` what `stance compare --sample` reads: pieces that the
checkpoint learned from are no sample of its mistakes and stand there with probability 1, so that they count as they were coded;
the others with the share of them that was coded, by outlet. `--new` leaves out what the checkpoint learned from.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from stance.compare.sampling import Frame, Sample, coded_design, draw_sample, write_sample
from stance.config import read_train_config
from stance.corpora import gold, narratives, polnear, webis
from stance.document import Document
from stance.errors import StanceError
from stance.formats import write

OP_EDS = ("train", "dev", "test", "wider-train")
"""The splits of the gold that have op-eds of the three outlets."""

HELD_OUT = ("dev", "test")


def main() -> int:
    """Write the files and say what is in them; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="study_articles.py"
    )
    parser.add_argument("study", choices=("op-eds", "election", "climate"))
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--model", type=Path, default=Path("checkpoints/small"), help="the folder of the checkpoint")
    parser.add_argument(
        "--each", type=int, metavar="N", help="of election: so many of a publisher, held-out ones first"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the draw of --each")
    parser.add_argument("--new", action="store_true", help="only articles that the checkpoint did not learn from")
    parser.add_argument("--gold", type=Path, metavar="FILE", help="of op-eds: write the hand-annotated ones among them")
    parser.add_argument("--design", type=Path, metavar="FILE", help="of op-eds: write the probabilities of being coded")
    parser.add_argument("-o", "--output", type=Path, required=True, help="file of articles to write")
    arguments = parser.parse_args()
    try:
        splits = {
            name: settings.splits
            for name, settings in read_train_config(arguments.model / "train.yaml").corpora.items()
        }
        documents = _articles(arguments, learned=splits)
        write(documents, arguments.output, format="jsonl")
        print(f"{len(documents)} articles in {arguments.output}", file=sys.stderr)
        if arguments.study == "op-eds":
            _write_gold(arguments, documents)
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _articles(arguments: argparse.Namespace, *, learned: Mapping[str, Sequence[str]]) -> list[Document]:
    """Return the articles of the study; `meta.more["learned"]` says whether the checkpoint learned from the piece."""
    if arguments.study == "climate":
        documents = list(narratives.read(arguments.data, split="all"))
        known = gold.annotated(splits=[split for split in learned.get("gold", ()) if split in gold.SPLITS])
    elif arguments.study == "op-eds":
        bare = webis.read(arguments.data, split="all")
        documents = [Document(each.id, each.text, each.meta) for each in bare]
        known = gold.annotated(splits=[split for split in learned.get("gold", ()) if split in gold.SPLITS])
    else:
        by_split = {split: list(polnear.read_articles(arguments.data, split=split)) for split in (*HELD_OUT, "train")}
        documents = [each for split in (*HELD_OUT, "train") for each in by_split[split]]
        known = frozenset(each.id for split in learned.get(polnear.CORPUS, ()) for each in by_split.get(split, ()))
    marked = [_marked(each, learned=each.id in known) for each in documents]
    if arguments.new:
        marked = [each for each in marked if each.meta.more["learned"] == "no"]
    return marked if arguments.each is None else _drawn(marked, each=arguments.each, seed=arguments.seed)


def _marked(document: Document, *, learned: bool) -> Document:
    more = {**document.meta.more, "learned": "yes" if learned else "no"}
    return replace(document, meta=replace(document.meta, more=more))


def _drawn(documents: list[Document], *, each: int, seed: int) -> list[Document]:
    """Return `each` articles of every outlet: all new ones, and for the rest a sample of those learned from."""
    new = [document for document in documents if document.meta.more["learned"] == "no"]
    old = [document for document in documents if document.meta.more["learned"] == "yes"]
    outlets = sorted({document.meta.outlet or "" for document in documents})
    frame = Frame(
        tuple(document.id for document in old),
        tuple(document.meta.outlet or "" for document in old),
        np.ones(len(old)),
    )
    sample = draw_sample(frame, size=each * len(outlets) - len(new), allocation="equal", seed=seed)
    chosen = {sample.ids[place] for place in np.flatnonzero(sample.drawn)}
    return [*new, *(document for document in old if document.id in chosen)]


def _write_gold(arguments: argparse.Namespace, documents: list[Document]) -> None:
    """Write the hand-annotated op-eds that are among the articles, and the design under which they were coded."""
    ids = {document.id for document in documents}
    coded = [each for split in OP_EDS for each in gold.read(arguments.data, split=split) if each.id in ids]
    if arguments.gold is not None:
        write(coded, arguments.gold, format="jsonl")
        print(f"{len(coded)} hand-annotated articles in {arguments.gold}", file=sys.stderr)
    if arguments.design is not None:
        certain = {document.id for document in documents if document.meta.more["learned"] == "yes"}
        design: Sample = coded_design(documents, coded={each.id for each in coded}, certain=certain)
        write_sample(design, arguments.design)
        print(f"{len(design.ids)} probabilities in {arguments.design}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
