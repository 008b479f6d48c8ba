"""From a trained network to a checkpoint: calibrated on development data, tested once, with its card."""

from __future__ import annotations

import io
import logging
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from ruamel.yaml import YAML

from stance.actors.aliases import load_aliases
from stance.config import TrainConfig
from stance.corpora import newsmtsc
from stance.corpora.registry import READERS
from stance.document import ModelStamp
from stance.measure.audit import FOR_CARDS, audit
from stance.measure.audit_tables import audit_lines
from stance.measure.benchmark import BENCHMARKS
from stance.measure.tables import Table, to_markdown
from stance.model.checkpoint import Checkpoint, save_checkpoint
from stance.predict.document_stance import to_parameters
from stance.predict.pipeline import Pipeline
from stance.text.sentences import sentence_spans
from stance.train.calibration import Calibrated, calibrate, fit_aggregation, fit_thresholds, score_actors
from stance.train.development import development_scores, gold_development, polnear_development
from stance.train.training import TrainedRun, encoder_name
from stance.train.tuning import fit_author_threshold, fit_costs

log = logging.getLogger(__name__)

TERMS: Mapping[str, str] = {
    "newsmtsc": "NewsMTSC (Hamborg and Donnay 2021), MIT",
    "polnear": "PolNeAR 1.0 (Newell, Margolin and Ruths 2018), no terms stated",
    "webis-editorials-adu": "Webis-Editorials (Al-Khatib et al. 2016; Syed et al. 2020), no terms stated",
    "gum": "GUM (Zeldes 2017), annotations CC BY; documents under non-commercial terms left out",
    "gold": "hand-annotated op-eds of this repository (seeds/gold), texts from Webis-Editorials and narrative-framing (MIT)",
}
"""Where training data comes from, and on what terms."""


def finish(run: TrainedRun, config: TrainConfig) -> Path:
    """Calibrate, test and write the checkpoint of a finished run; return its folder."""
    data, corpora = Path(config.data), list(config.corpora)
    log.info("calibrating on development data")
    checkpoint, calibrated = calibrated_checkpoint(run.checkpoint, data, corpora=corpora)
    pipeline = _pipeline(checkpoint)
    development = development_scores(pipeline, data, corpora=corpora)
    log.info("testing")
    benchmarks = [benchmark(pipeline, data) for name, benchmark in BENCHMARKS.items() if name in corpora]
    names = audit(pipeline, data, corpora=corpora, size=FOR_CARDS, seed=config.seed)
    tested = Measured(
        benchmarks, copies_in_tests(config) if benchmarks else {}, audit_lines(names) if names.swaps else []
    )
    card = model_card(run, config, development=development, calibrated=calibrated, tested=tested)
    folder = Path(config.output)
    save_checkpoint(checkpoint, folder, extras={"card.md": card, "train.yaml": _yaml(config)})
    return folder


def calibrated_checkpoint(
    checkpoint: Checkpoint, data: Path, *, corpora: Sequence[str]
) -> tuple[Checkpoint, dict[str, Calibrated]]:
    """Return a checkpoint with temperatures, costs, thresholds and aggregation fitted on development data, and how that went.

    Args:
        corpora: those that it was trained on; the development sets of others are not read.
    """
    calibrated = calibrate(checkpoint, data, corpora=corpora)
    temperatures = {head: values.temperature for head, values in calibrated.items()}
    checkpoint = replace(checkpoint, info=replace(checkpoint.info, temperatures=temperatures))
    op_eds = gold_development(data) if "gold" in corpora else []
    attributed = polnear_development(data) if "polnear" in corpora else []
    costs = fit_costs(checkpoint, op_eds=op_eds, attributed=attributed)
    checkpoint = replace(checkpoint, info=replace(checkpoint.info, decoding=costs))
    if op_eds:
        actors = score_actors(checkpoint, op_eds)
        aggregation, thresholds = to_parameters(fit_aggregation(actors)), fit_thresholds(actors)
        checkpoint = replace(checkpoint, info=replace(checkpoint.info, aggregation=aggregation, thresholds=thresholds))
        thresholds["author"] = fit_author_threshold(checkpoint, _pipeline, op_eds=op_eds)
        checkpoint = replace(checkpoint, info=replace(checkpoint.info, thresholds=thresholds))
    return checkpoint, calibrated


def _pipeline(checkpoint: Checkpoint) -> Pipeline:
    return Pipeline(checkpoint, load_aliases(), ModelStamp(checkpoint.info.name, checkpoint.info.version, ""))


@dataclass(frozen=True, slots=True)
class Measured:
    """What the tests say: scores, how many training sentences of each corpus stand in them, and lines on names."""

    benchmarks: Sequence[Table]
    copies: Mapping[str, int]
    names: Sequence[str]


def copies_in_tests(config: TrainConfig) -> dict[str, int]:
    """Return how many sentences that a run trains on stand in the test sets of NewsMTSC, word for word or nearly, by corpus.

    Raises:
        DataError: a corpus is not there.
    """
    data, found = Path(config.data), {}
    tests = [one.text for split in ("test-rw", "test-mt") for one in newsmtsc.read(data, split=split)]
    for name, settings in config.corpora.items():
        documents = [one for split in settings.splits for one in READERS[name](data, split=split)]
        texts = [one.text[slice(*span)] for one in documents for span in one.sentences or sentence_spans(one.text)]
        if count := len(newsmtsc.near_duplicates(texts, tests)):
            found[name] = count
    return found


def model_card(
    run: TrainedRun,
    config: TrainConfig,
    *,
    development: Mapping[str, float],
    calibrated: Mapping[str, Calibrated],
    tested: Measured,
) -> str:
    """Return the card of a checkpoint: what it is, what it was trained on and on what terms, its scores, and its limits."""
    lines = [
        f"# stance checkpoint `{config.name}`",
        "",
        f"Encoder: {encoder_name(config)}, fine-tuned with heads for voice, attribution, mentions, evidence "
        "and stance. English op-eds and news. Weights are stored as float16.",
        "",
        f"Made on {datetime.now(UTC):%Y-%m-%d} by `stance train` with seed {config.seed}, {run.steps} steps, "
        f"commit {_commit()}; the settings are in `train.yaml`.",
        "",
        "## Training data",
        "",
        "| corpus | splits | passes | windows | source and terms |",
        "|---|---|---:|---:|---|",
    ]
    for name, settings in config.corpora.items():
        splits = ", ".join(settings.splits)
        lines.append(f"| {name} | {splits} | {settings.passes:g} | {run.examples[name]} | {TERMS.get(name, '')} |")
    lines += ["", "Gold that the targets cannot represent, by corpus:", ""]
    for name, lost in run.lost.items():
        parts = [f"{count} × {reason}" for reason, count in lost.items()]
        lines.append(f"- {name}: {'; '.join(parts) or 'none'}")
    lines += ["", "## Test scores", "", *_on_tests(tested.copies), ""]
    lines += [line for table in tested.benchmarks for line in to_markdown(table)]
    lines += [
        *([*tested.names, ""] if tested.names else []),
        "## Development scores",
        "",
        "The state with the best mean of these was kept.",
        "",
        "| metric | value |",
    ]
    lines += ["|---|---:|", *(f"| {name} | {100 * value:.1f} |" for name, value in development.items())]
    lines += [
        "",
        "## Calibration",
        "",
        "Temperatures are fitted on development data; expected calibration error (15 bins) there, in points.",
        "",
        "| head | temperature | error before | error after | items |",
        "|---|---:|---:|---:|---:|",
    ]
    for head, values in calibrated.items():
        errors = f"{100 * values.error_before:.1f} | {100 * values.error_after:.1f}"
        lines.append(f"| {head} | {values.temperature:g} | {errors} | {values.count} |")
    lines += ["", "## Use and limits", "", *LIMITS, ""]
    return "\n".join(lines)


def _on_tests(copies: Mapping[str, int]) -> list[str]:
    """Return what may be said of how clean the tests are."""
    counts = ", ".join(f"{count} of {name}" for name, count in copies.items())
    standing = (
        f"Training sentences that stand in them, word for word or nearly: {counts}"
        if counts
        else "No training sentence stands in them, word for word or nearly"
    )
    return [
        f"Official test splits. {standing}.",
        "Nothing was chosen by them, unless the log (`docs/log.md`) says otherwise.",
    ]


LIMITS = (
    "- Meant for reading and comparing op-eds and political news in English. Not for judging single persons, and not for",
    "  decisions about the people that a text names.",
    "- The gold op-eds were annotated by language models under written guidelines; annotators that are alike agree more than",
    "  people would.",
    "- Mentions are names and nouns; pronouns are not resolved, and a description without a name is an actor of its own.",
    "- Models learn names: a stance may lean on who is named. Read the evidence before quoting a label.",
    "- Intervals of document stances speak of the sentences at hand, not of errors that the model makes everywhere; for an",
    "  actor of one neutral sentence they are too narrow.",
)


def _yaml(config: TrainConfig) -> str:
    buffer = io.StringIO()
    values = config.model_dump(mode="json") | {
        "encoder": encoder_name(config),
        "data": "data",
        "run": f"runs/{config.name}",
    }
    YAML(typ="safe", pure=True).dump(values, buffer)
    return buffer.getvalue()


def _commit() -> str:
    """Return the commit of the code, marked where files differ from it; `unknown` outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():  # installed: a repository around it would be somebody else's
        return "unknown"
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)
        changed = subprocess.run(
            ["git", "status", "--porcelain", "stance"], cwd=root, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit.stdout.strip()[:12] + (" with changes" if changed.stdout.strip() else "")
