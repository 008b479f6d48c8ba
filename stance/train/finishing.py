"""From a trained network to a checkpoint: calibrated on development data, tested once, with its card."""

from __future__ import annotations

import copy
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
from stance.document import Document, ModelStamp
from stance.labels import ATTRIBUTION_PARTS
from stance.measure.audit import FOR_CARDS, audit
from stance.measure.audit_tables import audit_lines
from stance.measure.benchmark import benchmarks_of
from stance.measure.tables import Table, to_markdown
from stance.model.checkpoint import Checkpoint, save_checkpoint
from stance.model.storage import as_stored
from stance.predict.document_stance import to_parameters
from stance.predict.opinions import STANCE_THRESHOLDS
from stance.predict.pipeline import Pipeline
from stance.text.sentences import sentence_spans
from stance.train.calibration import Calibrated, calibrate, fit_aggregation, fit_thresholds, score_actors
from stance.train.development import (
    ARGUED,
    argument_development,
    development_scores,
    gold_development,
    judges,
    judging_corpora,
    polnear_development,
    public_corpora,
)
from stance.train.own import OwnDocuments
from stance.train.resolution import fit_coreference, gum_development
from stance.train.starting import CARD, EARLIER_CARDS, short_name
from stance.train.states import is_first
from stance.train.training import TrainedRun
from stance.train.tuning import fit_argument_costs, fit_author_threshold, fit_costs

log = logging.getLogger(__name__)

TERMS: Mapping[str, str] = {
    "newsmtsc": "NewsMTSC (Hamborg and Donnay 2021), MIT",
    "polnear": "PolNeAR 1.0 (Newell, Margolin and Ruths 2018), no terms stated",
    "webis-editorials-adu": "Webis-Editorials (Al-Khatib et al. 2016; Syed et al. 2020), no terms stated",
    "aae2-conll": "Argument-Annotated Essays 2 (Stab and Gurevych 2017; Eger et al. 2017), no terms stated",
    "cmv-modes": "ChangeMyView modes (Hidey et al. 2017; Chakrabarty et al. 2019), no terms stated",
    "gum": "GUM (Zeldes 2017), annotations CC BY; documents under non-commercial terms left out",
    "wnut17": "WNUT17 (Derczynski et al. 2017), CC BY 4.0",
    "checkthat": "CheckThat! 2025 subjectivity, English (Ruggeri et al. 2025), CC BY-NC-SA 4.0: for non-commercial use alone",
    "gold": "hand-annotated op-eds of this repository (seeds/gold), texts from Webis-Editorials and narrative-framing (MIT)",
}
"""Where training data comes from, and on what terms."""


def finish(run: TrainedRun, config: TrainConfig) -> Path:
    """Calibrate, test and write the checkpoint of a finished run; return its folder.

    All of it is done with weights rounded as the files keep them, so that the card tells of these. Of processes that train
    together, only the first does it.
    """
    if not is_first():
        return Path(config.output)
    data, corpora = Path(config.data), public_corpora(config)
    network = copy.deepcopy(run.checkpoint.network)
    network.load_state_dict(as_stored(network.state_dict(), storage=config.storage))
    rounded = replace(run.checkpoint, network=network)
    log.info("calibrating on development data")
    checkpoint, calibrated = calibrated_checkpoint(rounded, data, corpora=corpora, own=run.held_out)
    pipeline = _pipeline(checkpoint)
    judging = judging_corpora(config)
    judged = judges(judging, own=run.held_out)
    development = development_scores(pipeline, data, corpora=judging, own=run.held_out) if judged else {}
    log.info("testing")
    benchmarks = [benchmark(pipeline, data) for benchmark in benchmarks_of(judging).values()]
    names = audit(pipeline, data, corpora=corpora, size=FOR_CARDS, seed=config.seed)
    copies = copies_in_tests(config, own=run.own) if newsmtsc.CORPUS in corpora else None
    tested = Measured(benchmarks, copies, audit_lines(names) if names.swaps else [])
    card = model_card(run, config, development=development, calibrated=calibrated, tested=tested)
    folder = Path(config.output)
    extras = {CARD: card, "train.yaml": settings_text(config)}
    if run.origin and run.origin.cards:
        extras[EARLIER_CARDS] = run.origin.cards + "\n"
    save_checkpoint(checkpoint, folder, extras=extras, storage=config.storage)
    return folder


FEWEST_DOCUMENTS = 8
"""Without so many development documents, fitting anything but the voice cost more on others than it brought."""

OP_ED_HEADS = ("mention", "evidence", "stance-author", "stance-source")


def calibrated_checkpoint(
    checkpoint: Checkpoint, data: Path, *, corpora: Sequence[str], own: Sequence[Document] = ()
) -> tuple[Checkpoint, dict[str, Calibrated]]:
    """Return a checkpoint with temperatures, costs, thresholds and aggregation fitted on development data, and how that went.

    What too few data speak of stays as it is: of fewer than `FEWEST_DOCUMENTS` documents only the voice is fitted.

    Args:
        corpora: those that it was trained on; the development sets of others are not read.
        own: held-out documents of the user's own.
    """
    info = checkpoint.info
    op_eds = [*(gold_development(data) if "gold" in corpora else []), *own]
    attributed = polnear_development(data) if "polnear" in corpora else []
    attributed += [document for document in own if document.attributions is not None]
    unsure = set(OP_ED_HEADS) if len(op_eds) < FEWEST_DOCUMENTS else set()
    unsure |= set(ATTRIBUTION_PARTS) if "polnear" not in corpora and len(attributed) < FEWEST_DOCUMENTS else set()
    found = calibrate(checkpoint, data, corpora=corpora, own=own)
    calibrated = {head: values for head, values in found.items() if head not in unsure}
    info = replace(info, temperatures={**info.temperatures, **_temperatures(calibrated)})
    costs = fit_costs(replace(checkpoint, info=info), op_eds=op_eds, attributed=attributed)
    info = replace(
        info, decoding={**info.decoding, **{head: cost for head, cost in costs.items() if head not in unsure}}
    )
    heads = checkpoint.network.heads
    for corpus, scheme in ARGUED.items():
        if corpus in corpora and f"unit-{scheme}" in heads:
            gold = argument_development(data, corpus)
            costs = fit_argument_costs(replace(checkpoint, info=info), gold, scheme=scheme)
            info = replace(info, decoding={**info.decoding, **costs})
    spoken = gum_development(data) if "gum" in corpora and "coreference" in heads else []
    joins = fit_coreference(
        checkpoint, spoken=spoken, op_eds=op_eds if len(op_eds) >= FEWEST_DOCUMENTS else (), table=load_aliases()
    )
    info = replace(info, decoding={**info.decoding, **joins})
    if len(op_eds) < FEWEST_DOCUMENTS:
        return replace(checkpoint, info=info), calibrated
    actors = score_actors(replace(checkpoint, info=info), [document for document in op_eds if document.actors])
    if thresholds := fit_thresholds(actors):
        info = replace(info, thresholds={**(info.thresholds or STANCE_THRESHOLDS), **thresholds})
    if aggregation := fit_aggregation(actors):
        info = replace(info, aggregation=to_parameters(aggregation))
    if op_eds := [document for document in op_eds if document.stances is not None]:
        threshold = fit_author_threshold(replace(checkpoint, info=info), _pipeline, op_eds=op_eds)
        info = replace(info, thresholds={**info.thresholds, "author": threshold})
    return replace(checkpoint, info=info), calibrated


def _temperatures(calibrated: Mapping[str, Calibrated]) -> dict[str, float]:
    return {head: values.temperature for head, values in calibrated.items()}


def _pipeline(checkpoint: Checkpoint) -> Pipeline:
    return Pipeline(checkpoint, load_aliases(), ModelStamp(checkpoint.info.name, checkpoint.info.version, ""))


@dataclass(frozen=True, slots=True)
class Measured:
    """What the tests say: scores, how many training sentences of each corpus stand in them, and lines on names.

    `copies` are those in the tests of NewsMTSC; None where that was not looked at.
    """

    benchmarks: Sequence[Table]
    copies: Mapping[str, int] | None
    names: Sequence[str]


def copies_in_tests(config: TrainConfig, *, own: Mapping[str, OwnDocuments]) -> dict[str, int]:
    """Return how many sentences that a run trains on stand in the test sets of NewsMTSC, word for word or nearly, by corpus.

    Raises:
        DataError: a corpus is not there.
    """
    data, found = Path(config.data), {}
    tests = [one.text for split in ("test-rw", "test-mt") for one in newsmtsc.read(data, split=split)]
    for name, settings in config.corpora.items():
        splits = () if name in own else settings.splits
        documents = [one for split in splits for one in READERS[name](data, split=split)]
        documents += own[name].training if name in own else ()
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
        f"Encoder: {run.checkpoint.info.encoder}, fine-tuned with the heads "
        f"{', '.join(run.checkpoint.network.heads)}. English op-eds and news. Weights are stored as {config.storage}.",
        "",
        f"Made on {datetime.now(UTC):%Y-%m-%d} by `stance train` with seed {config.seed}, {run.steps} steps, "
        f"commit {_commit()}; the settings are in `train.yaml`.",
        "",
        *_on_origin(run),
        "## Training data",
        "",
        "| corpus | splits | passes | windows | source and terms |",
        "|---|---|---:|---:|---|",
    ]
    for name, settings in config.corpora.items():
        splits = "own" if name in run.own else ", ".join(settings.splits)
        terms = _own_terms(run.own[name]) if name in run.own else TERMS.get(name, "")
        lines.append(f"| {name} | {splits} | {settings.passes:g} | {run.examples[name]} | {terms} |")
    lines += ["", *_on_teacher(config), "Gold that the targets cannot represent, by corpus:", ""]
    for name, lost in run.lost.items():
        parts = [f"{count} × {reason}" for reason, count in lost.items()]
        lines.append(f"- {name}: {'; '.join(parts) or 'none'}")
    lines += ["", "## Test scores", "", *_on_tests(tested), ""]
    lines += [line for table in tested.benchmarks for line in to_markdown(table)]
    lines += [
        *([*tested.names, ""] if tested.names else []),
        "## Development scores",
        "",
        *_on_development(run, development),
        "",
        "## Calibration",
        "",
        "Temperatures are fitted on development data; expected calibration error (15 bins) there, in points."
        + (" What stands in no line is that of the checkpoint that training started from." if run.origin else ""),
        "",
        "| head | temperature | error before | error after | items |",
        "|---|---:|---:|---:|---:|",
    ]
    for head, values in calibrated.items():
        errors = f"{100 * values.error_before:.1f} | {100 * values.error_after:.1f}"
        lines.append(f"| {head} | {values.temperature:g} | {errors} | {values.count} |")
    lines += ["", "## Use and limits", "", *LIMITS, ""]
    return "\n".join(lines)


def _on_origin(run: TrainedRun) -> list[str]:
    """Return what a run went on from, if from a checkpoint."""
    if run.origin is None:
        return []
    cards = f" `{EARLIER_CARDS}` tells what that was trained on, and on what terms." if run.origin.cards else ""
    return [
        f"Training started from the checkpoint `{run.origin.name}`, version {run.origin.version}, whose weights have the sha256 "
        f"{run.origin.sha256 or 'unknown'}.{cards}",
        "",
    ]


def _on_teacher(config: TrainConfig) -> list[str]:
    """Return what a run learned from a teacher, if it had one."""
    if config.teacher is None:
        return []
    texts = [
        f"{name} ({'own texts' if one.folder else ', '.join(one.splits)}; passes: {one.passes:g})"
        for name, one in config.teacher.texts.items()
    ]
    return [
        f"Beside these it learned to agree with the checkpoint `{short_name(config.teacher.checkpoint)}`, at temperature "
        f"{config.teacher.temperature:g} and weight {config.teacher.weight:g}, on texts of: {'; '.join(texts)}.",
        "",
    ]


def _own_terms(own: OwnDocuments) -> str:
    return f"{len(own.training)} annotated documents of the user's own, {len(own.development)} more held out"


def _on_development(run: TrainedRun, development: Mapping[str, float]) -> list[str]:
    """Return the development scores, and what the checkpoint scored that training started from."""
    if not development:
        return ["Nothing was held out to judge by: the last state was kept."]
    held_out = f" {len(run.held_out)} held-out documents of the user's own are among what judged it." if run.own else ""
    if not run.before:
        lines = [f"The state with the best mean of these was kept.{held_out}", "", "| metric | value |", "|---|---:|"]
        return [*lines, *(f"| {name} | {100 * value:.1f} |" for name, value in development.items())]
    kept = (
        "Training brought nothing on these: the weights are those that it started from."
        if run.development == run.before
        else "The state with the best mean of these was kept."
    )
    both = {**run.before, **development}
    dash = " A dash: nothing to judge the metric by." if run.before.keys() != development.keys() else ""
    return [
        f"{kept}{held_out}{dash}",
        "",
        "| metric | before training | after |",
        "|---|---:|---:|",
        *(f"| {name} | {_percent(run.before, name)} | {_percent(development, name)} |" for name in both),
    ]


def _percent(metrics: Mapping[str, float], name: str) -> str:
    return f"{100 * metrics[name]:.1f}" if name in metrics else "–"


def _on_tests(tested: Measured) -> list[str]:
    """Return what may be said of how clean the tests are."""
    if tested.copies is None:
        where = "Official test splits" if tested.benchmarks else "None was run"
        return [f"{where}: those of the public corpora that a run trains on. `stance benchmark` runs any other."]
    counts = ", ".join(f"{count} of {name}" for name, count in tested.copies.items())
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
    "- Stances are looked for where an actor is named or described, and shortly after; not where only a pronoun means it.",
    "- Models learn names: a stance may lean on who is named. Read the evidence before quoting a label.",
    "- Intervals of document stances speak of the sentences at hand, not of errors that the model makes everywhere; for an",
    "  actor of one neutral sentence they are too narrow.",
)


def settings_text(config: TrainConfig) -> str:
    """Return the settings as YAML, defaults filled in, that can be read again; paths of this machine are not told."""
    places = {"data": "data", "run": f"runs/{config.name}", "output": f"checkpoints/{config.name}"}
    values = config.model_dump(mode="json", exclude_none=True) | places
    for key in {"encoder", "start"} & values.keys():
        values[key] = short_name(values[key])
    if config.start is not None:
        del values["window"]
    if config.teacher is not None:
        teacher = values["teacher"]
        teacher.pop("targets", None)
        teacher["checkpoint"] = short_name(config.teacher.checkpoint)
        for texts in teacher["texts"].values():
            if "folder" in texts:
                texts["folder"] = short_name(texts["folder"])
    for name, settings in config.corpora.items():
        if settings.folder is not None:
            judge = settings.held_out
            values["corpora"][name] = {
                "folder": short_name(settings.folder),
                "passes": settings.passes,
                "development": short_name(judge) if isinstance(judge, str) else judge,
            }
    buffer = io.StringIO()
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
