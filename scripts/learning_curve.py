"""Train with more and more hand-annotated op-eds, and tell what each step brings on op-eds that none was trained on.

    python scripts/learning_curve.py configs/learning-curve.yaml --data data --to runs/learning-curve

Judged on the development op-eds and on the climate pieces for training, which these runs do not train on; with gold's actors given,
so that no actor that was missed blurs what is asked. Sizes that are done already are not trained again.
"""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path

from stance.config import TrainConfig, read_train_config
from stance.corpora import gold
from stance.errors import StanceError
from stance.measure.evaluation import evaluate
from stance.measure.prediction import predict_texts, predict_with_actors
from stance.measure.tables import Cell, Table, render
from stance.predict.pipeline import load_pipeline

METRICS = ("voice_macro_f1", "aside_f1", "mention_f1", "author_tuple_f1", "document_stance_clear_macro_f1")
"""What is told of each size; the last two with gold's actors given."""


def main() -> int:
    """Train, score and print; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="learning_curve.py"
    )
    parser.add_argument("config", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[15, 30, 60, 120])
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--to", type=Path, default=Path("runs/learning-curve"), help="folder of runs and checkpoints")
    parser.add_argument("--set", metavar="KEY=VALUE", action="append", default=[], dest="overrides")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        rows = []
        for size in arguments.sizes:
            folder = arguments.to / f"{size}"
            values = {"corpora.gold.documents": size, "data": arguments.data, "run": folder / "run"}
            values |= {"output": folder / "checkpoint"}
            overrides = [*(f"{key}={value}" for key, value in values.items()), *arguments.overrides]
            checkpoint = _checkpoint(read_train_config(arguments.config, overrides=overrides))
            rows += _scores(checkpoint, arguments.data, size=size)
            print(render([Table("Learning curve", ("op-eds", "judged on", *METRICS), rows)]), flush=True)
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _checkpoint(config: TrainConfig) -> Path:
    """Return the folder of a trained checkpoint, after training it where it is not there yet."""
    folder = Path(config.output)
    if not (folder / "stance.json").exists():
        from stance.model.checkpoint import save_checkpoint
        from stance.train.finishing import calibrated_checkpoint
        from stance.train.training import train

        with redirect_stdout(sys.stderr):
            run = train(config, resume=True)
        checkpoint, _ = calibrated_checkpoint(run.checkpoint, Path(config.data), corpora=list(config.corpora))
        save_checkpoint(checkpoint, folder, extras={})
    return folder


def _scores(checkpoint: Path, data: Path, *, size: int) -> list[list[Cell]]:
    """Return a row for each set that is judged."""
    pipeline = load_pipeline(checkpoint)
    rows: list[list[Cell]] = []
    for split in ("dev", "climate-train"):
        documents = list(gold.read(data, split=split))
        found = evaluate(documents, predict_texts(pipeline, documents)).metrics()
        known = [document for document in documents if document.actors]
        given = evaluate(known, predict_with_actors(pipeline, known)).metrics()
        metrics = found | {name: given.get(name, float("nan")) for name in METRICS[-2:]}
        rows.append([str(size), split, *(metrics.get(name) for name in METRICS)])
    return rows


if __name__ == "__main__":
    sys.exit(main())
