"""Fine-tune on some of one's own annotated documents and judge on the others, in turns, beside the start.

    python scripts/cross_validate.py configs/finetune.yaml --folds 5 --to runs/folds

Every document is judged once, by a model that neither learned from it nor chose anything by it; the checkpoint that the config
starts from is judged on the same documents. The author's tuples and document stances are told with gold's actors given. Folds that
are done already are not trained again.
"""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np

from stance.config import TrainConfig, read_train_config
from stance.document import Document
from stance.errors import StanceError
from stance.formats import files
from stance.measure.annotated import read_annotated
from stance.measure.evaluation import evaluate
from stance.measure.prediction import predict_texts, predict_with_actors
from stance.measure.tables import Cell, Table, render
from stance.predict.pipeline import Pipeline, load_pipeline

METRICS = ("voice_macro_f1", "aside_f1", "mention_f1", "actor_f1", "tuple_f1")
GIVEN = ("author_tuple_f1", "document_stance_clear_macro_f1")
"""What is told from the text alone, and with gold's actors given."""

Predicted = tuple[list[Document], list[Document]]


def main() -> int:
    """Train, score and print; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="cross_validate.py"
    )
    parser.add_argument("config", type=Path, help="a config with `start` and one corpus with a `folder`")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--first", type=int, help="stop after this many folds")
    parser.add_argument("--to", type=Path, default=Path("runs/folds"), help="folder of runs and checkpoints")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], dest="overrides")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        config = read_train_config(arguments.config, overrides=arguments.overrides)
        (name, settings), *_ = [pair for pair in config.corpora.items() if pair[1].folder is not None]
        documents = sorted(read_annotated(Path(settings.folder or "")), key=lambda document: document.id)
        order = np.random.default_rng(config.seed).permutation(len(documents))
        gold: list[Document] = []
        found: dict[str, Predicted] = {}
        for fold in range(arguments.first or arguments.folds):
            chosen = set(order[fold :: arguments.folds].tolist())
            test = [document for at, document in enumerate(documents) if at in chosen]
            folder = arguments.to / str(fold)
            rest = folder / "others.jsonl"
            folder.mkdir(parents=True, exist_ok=True)
            files.write([one for at, one in enumerate(documents) if at not in chosen], rest, format="jsonl")
            values = {f"corpora.{name}.folder": rest, "run": folder / "run", "output": folder / "checkpoint"}
            overrides = [*arguments.overrides, *(f"{key}={value}" for key, value in values.items())]
            tuned = load_pipeline(_checkpoint(read_train_config(arguments.config, overrides=overrides)))
            gold += test
            for system, pipeline in _systems(load_pipeline(config.start), tuned).items():
                alone, given = found.setdefault(system, ([], []))
                alone += predict_texts(pipeline, test)
                given += predict_with_actors(pipeline, test)
            rows = [_row(system, gold, predicted=predicted) for system, predicted in found.items()]
            columns = (f"{len(gold)} documents", *METRICS, *GIVEN)
            print(render([Table("Fine-tuning, judged on others", columns, rows)]), flush=True)
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _systems(start: Pipeline, tuned: Pipeline) -> dict[str, Pipeline]:
    """Return the start, the fine-tuned model, and its weights with the start's calibration."""
    before, info = start.checkpoint.info, tuned.checkpoint.info
    kept = replace(
        info,
        temperatures=before.temperatures,
        aggregation=before.aggregation,
        thresholds=before.thresholds,
        decoding=before.decoding,
    )
    return {
        "start": start,
        "fine-tuned": tuned,
        "fine-tuned, calibrated as the start": replace(tuned, checkpoint=replace(tuned.checkpoint, info=kept)),
    }


def _checkpoint(config: TrainConfig) -> Path:
    """Return the folder of a fine-tuned checkpoint, after training it where it is not there yet."""
    folder = Path(config.output)
    if not (folder / "stance.json").exists():
        from stance.train.finishing import finish
        from stance.train.training import train

        with redirect_stdout(sys.stderr):
            finish(train(config, resume=True), config)
    return folder


def _row(system: str, gold: list[Document], *, predicted: Predicted) -> list[Cell]:
    alone = evaluate([replace(document, attributions=None) for document in gold], predicted[0]).metrics()
    given = evaluate([document for document in gold if document.actors], predicted[1]).metrics()
    return [system, *(alone.get(name) for name in METRICS), *(given.get(name) for name in GIVEN)]


if __name__ == "__main__":
    sys.exit(main())
