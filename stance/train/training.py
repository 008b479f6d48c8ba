"""One training run: corpora mixed into one network, judged on development sets, resumable, ending in a checkpoint.

It stands on `transformers.Trainer`, which brings the loop, states to resume from, logs and data-parallel training. Of
it, two things are replaced: a batch is planned here (of one corpus, by `mixing`), and evaluation is the one that users
call.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from accelerate.utils import broadcast_object_list
from datasets import Dataset
from safetensors.torch import load_file
from torch import Tensor
from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

from stance.actors.aliases import load_aliases
from stance.config import CorpusSettings, TrainConfig
from stance.corpora import polnear
from stance.corpora.registry import READERS
from stance.document import Document, ModelStamp
from stance.errors import CheckpointError, ConfigError, DataError, Problem, nearest
from stance.model.checkpoint import Checkpoint, occupied
from stance.model.encoding import Tokenizer, attention, pad
from stance.model.heads import TOKEN_LABELS
from stance.model.imitation import Imitation
from stance.model.network import LOSSES, Network
from stance.predict.pipeline import Pipeline
from stance.predict.scoring import has_bfloat16
from stance.train.argument_targets import collated_units
from stance.train.coreference import collate_coreference
from stance.train.curriculum import CORPUS_HEADS, AnnotatedDocument, annotated_documents, annotated_examples
from stance.train.development import (
    development_scores,
    judges,
    judging_corpora,
    public_corpora,
    require_development,
    require_judges,
)
from stance.train.distillation import collate_lessons, taught_examples, teacher_problems
from stance.train.mixing import Batch, plan_batches
from stance.train.optimizing import freeze_layers, optimizer
from stance.train.own import OwnDocuments, own_examples, read_own
from stance.train.rewriting import rewritten
from stance.train.starting import Origin, begin, start_folder
from stance.train.states import State, is_first, last_state, mean_weights, remember_run, require_same_run

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainedRun:
    """What a finished run leaves: the best network and its scores, the steps taken, the gold that no target holds.

    A run that went on from a checkpoint has its `origin`, and what that scored `before` on the same development data. `own` has
    the user's own documents by the name of their corpus.
    """

    checkpoint: Checkpoint
    development: Mapping[str, float]
    steps: int
    examples: Mapping[str, int]
    lost: Mapping[str, Mapping[str, int]]
    origin: Origin | None = None
    before: Mapping[str, float] = field(default_factory=dict)
    own: Mapping[str, OwnDocuments] = field(default_factory=dict)

    @property
    def held_out(self) -> list[Document]:
        """The user's own documents that judge the run."""
        return [document for one in self.own.values() for document in one.development]


class PlannedBatches(torch.utils.data.Dataset[dict[str, Tensor]]):
    """The batches of a run in their order; item n is the n-th batch, put together when it is asked for."""

    def __init__(self, examples: Mapping[str, Dataset], plan: list[Batch]) -> None:
        self.examples = examples
        self.plan = plan

    def __len__(self) -> int:
        return len(self.plan)

    def __getitem__(self, place: int) -> dict[str, Tensor]:
        corpus, places = self.plan[place]
        rows = [self.examples[corpus][at] for at in places]
        return collate_lessons(rows) if "targets" in rows[0] else collate(rows)


class StanceTrainer(Trainer):
    """A Trainer that hands the network its batch whole, and whose evaluation compares predicted documents with gold."""

    development: Any = None

    def compute_loss(  # type: ignore[override]
        self, model: torch.nn.Module, inputs: dict[str, Tensor], *, num_items_in_batch: Tensor | int | None = None
    ) -> Tensor:
        """Return the loss of a batch; how many items it has does not matter."""
        loss: Tensor = model(inputs)["loss"]
        return loss

    def evaluate(self, *, ignore_keys: list[str] | None = None) -> dict[str, float]:  # type: ignore[override]
        """Return and log the development scores."""
        network: Any = self.model
        network.eval()
        # processes that train together must stop together: the first one judges for all
        scores = broadcast_object_list([self.development(network) if is_first() else None])[0]
        metrics = {f"eval_{name}": value for name, value in scores.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        network.train()
        return metrics


def train(config: TrainConfig, *, resume: bool = False) -> TrainedRun:
    """Train by the settings and return the network of the best development score.

    The same settings give the same weights on the same machine, and so does a run that was killed and resumed.

    Args:
        resume: go on from the last whole state in `config.run`; start anew where there is none.

    Raises:
        ConfigError: a corpus or a head is unknown, the encoder cannot be had, the run folder holds states and `resume`
            is not asked for, or they are those of other settings or other documents of the user's own.
        OutputError: the run folder cannot be written.
        DataError: a corpus is not there, or gives no examples.
    """
    last = _check(config)
    own = _own_documents(config)
    if last:
        require_same_run(config, own=own, resume=resume)
    held_out = [document for one in own.values() for document in one.development]
    public = public_corpora(config)
    if config.start is None:
        require_judges(public, own=held_out)
    require_development(Path(config.data), corpora=judging_corpora(config))
    begun, origin = begin(config)
    remember_run(config, own=own)
    network, tokenizer = begun.network, begun.tokenizer
    freeze_layers(network, config.optimizer.frozen_layers)
    examples, lost = read_examples(config, tokenizer=tokenizer, own=own)
    passes = {name: settings.passes for name, settings in config.corpora.items()}
    for name, (lessons, times) in taught_examples(config, tokenizer=tokenizer).items():
        examples[name], passes[name] = lessons, times
    if config.teacher is not None:
        network.imitation = Imitation(config.teacher.temperature, config.teacher.weight)
    lengths = {name: [len(ids) for ids in dataset["input_ids"]] for name, dataset in examples.items()}
    plan = plan_batches(lengths, passes=passes, batch_tokens=config.optimizer.batch_tokens, seed=config.seed)
    if not plan:
        problem = Problem("corpora", "so few passes leave no batch", wish="at least one batch", cure="raise `passes`")
        raise ConfigError(problem)

    def development(model: Network) -> dict[str, float]:
        pipeline = Pipeline(
            Checkpoint(model, tokenizer, begun.info), load_aliases(), ModelStamp(config.name, version="", sha256="")
        )
        return development_scores(pipeline, Path(config.data), corpora=judging_corpora(config), own=held_out)

    judged = judges(public, own=held_out)
    before = development(begin(config, heads=())[0].network) if origin and judged else {}
    steps = _steps(
        network, config, last=last, batches=PlannedBatches(examples, plan), judge=development if judged else None
    )
    network.eval()
    scores = development(network) if judged else {}
    if config.average > 1:
        scores = _averaged(network, config, scores=scores, development=development if judged else None)
    if before and before["score"] >= scores["score"]:
        log.warning(
            "training brought nothing (%.4f, before it %.4f): the weights stay", scores["score"], before["score"]
        )
        begun, _ = begin(config, heads=())  # nor does it get heads that nothing has taught
        scores = before
    counts = {name: len(dataset) for name, dataset in examples.items()}
    return TrainedRun(begun, scores, steps, counts, lost, origin=origin, before=before, own=own)


def _steps(
    network: Network,
    config: TrainConfig,
    *,
    last: State | None,
    batches: PlannedBatches,
    judge: Callable[[Network], dict[str, float]] | None,
) -> int:
    """Train a network, from its last saved state if there is one; leave it with its best weights, and return the steps taken.

    Without a judge, there is no early stopping, and the last weights stay.
    """
    if last and (last.step >= last.steps or (last.best and last.stale >= config.patience)):  # it had come to its end
        network.load_state_dict(load_file((last.best or last.folder) / "model.safetensors"))
        return last.step
    patience = EarlyStoppingCallback(config.patience)
    patience.early_stopping_patience_counter = last.stale if last else 0
    trainer = StanceTrainer(
        model=network,
        args=_arguments(config, judged=judge is not None),
        train_dataset=batches,
        eval_dataset=batches,  # never read: `evaluate` is ours, but the Trainer wants one
        data_collator=lambda items: items[0],
        optimizers=(optimizer(network, config.optimizer), None),
        callbacks=[patience] if judge else [],
    )
    trainer.development = judge
    trainer.train(resume_from_checkpoint=str(last.folder) if last else None)
    return int(trainer.state.global_step)


def _own_documents(config: TrainConfig) -> dict[str, OwnDocuments]:
    found = {}
    for name, settings in config.corpora.items():
        if settings.folder is not None:
            judge = settings.held_out
            development = Path(judge).expanduser() if isinstance(judge, str) else judge
            found[name] = read_own(Path(settings.folder).expanduser(), development=development, seed=config.seed)
    return found


def _averaged(
    network: Network,
    config: TrainConfig,
    *,
    scores: dict[str, float],
    development: Callable[[Network], dict[str, float]] | None,
) -> dict[str, float]:
    """Give the network the mean weights of the last states if these do better on development data; return the better scores.

    Where nothing can judge, it gets them anyway.
    """
    best = {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(mean_weights(Path(config.run), count=config.average))
    if development is None:
        return scores
    averaged = development(network)
    log.info("development score %.4f, averaged over %d states %.4f", scores["score"], config.average, averaged["score"])
    if averaged["score"] > scores["score"]:
        return averaged
    network.load_state_dict(best)
    return scores


def read_examples(
    config: TrainConfig, *, tokenizer: Tokenizer, own: Mapping[str, OwnDocuments]
) -> tuple[dict[str, Dataset], dict[str, dict[str, int]]]:
    """Return the examples of each corpus, and by corpus and reason the gold that no target can represent.

    Raises:
        DataError: a corpus is not there, or gives no examples.
    """
    examples: dict[str, Dataset] = {}
    lost: dict[str, dict[str, int]] = {}
    for name, settings in config.corpora.items():
        counts: Counter[str] = Counter(own[name].lost) if name in own else Counter()
        rows = list(
            own_examples(own[name].training, tokenizer=tokenizer, lost=counts)
            if name in own
            else annotated_examples(_annotated(name, settings, config=config), tokenizer=tokenizer, lost=counts)
        )
        if not rows:
            value = f"no documents in {', '.join(settings.splits)}"
            cure = f"fetch it with `python scripts/get_data.py {name}`, or take it out of `corpora`"
            raise DataError(Problem(f"corpus {name}", value, wish="documents to train on", cure=cure))
        examples[name] = Dataset.from_list(rows)
        lost[name] = {reason: count for reason, count in counts.items() if count}
        log.info("%s: %d windows; not representable: %s", name, len(examples[name]), json.dumps(lost[name]))
    return examples, lost


def _annotated(corpus: str, settings: CorpusSettings, *, config: TrainConfig) -> Iterator[AnnotatedDocument]:
    """Yield what a public corpus shall teach, some of its attributions rewritten if the settings say so."""
    taken = annotated_documents(corpus, Path(config.data), splits=settings.splits, documents=settings.documents)
    for one in taken:
        heads = tuple(head for head in one.heads if config.heads is None or head in config.heads)
        if not heads:
            continue
        if settings.rewrite:
            documents = rewritten([one.document], share=settings.rewrite, seed=config.seed)
            yield from (AnnotatedDocument(document, heads) for document in documents)
        else:
            yield replace(one, heads=heads)


def collate(examples: list[dict[str, Any]]) -> dict[str, Tensor]:
    """Return a batch for `Network.forward` from examples of `examples.document_examples`."""
    rows = [example["input_ids"] for example in examples]
    batch = {"input_ids": pad(rows, value=0), "attention_mask": attention(rows)}
    batch |= {name: pad([example[name] for example in examples], value=0) for name in TOKEN_LABELS}
    for kind, width in (("mention", 6), ("content", 2), ("voice", 3)):
        places = [[row, *place] for row, example in enumerate(examples) for place in example.get(f"{kind}_places", ())]
        targets = [target for example in examples for target in example.get(f"{kind}_targets", ())]
        if places:
            batch[f"{kind}_places"] = torch.tensor(places, dtype=torch.long).reshape(-1, width)
            batch[f"{kind}_targets"] = torch.tensor(targets, dtype=torch.long)
    return batch | collated_units(examples) | collate_coreference(examples)


def _arguments(config: TrainConfig, *, judged: bool) -> TrainingArguments:
    bfloat16 = config.precision == "bfloat16" or (config.precision == "auto" and has_bfloat16())
    arguments = TrainingArguments(
        output_dir=config.run,
        per_device_train_batch_size=1,  # one planned batch
        num_train_epochs=1,  # the plan holds all passes
        train_sampling_strategy="sequential",
        lr_scheduler_type="linear",
        warmup_steps=config.optimizer.warmup,  # below 1, a share of the steps
        max_grad_norm=1.0,
        bf16=bfloat16,
        use_cpu=not torch.cuda.is_available(),
        seed=config.seed,
        eval_strategy="steps" if judged else "no",
        eval_steps=config.evaluate_every,
        save_strategy="steps",
        save_steps=config.evaluate_every,
        save_total_limit=config.average + 1,
        load_best_model_at_end=judged,
        metric_for_best_model="score",
        greater_is_better=True,
        logging_steps=20,
        report_to=_loggers(config),
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )
    if arguments.n_gpu > 1:
        # several devices in one process would share a batch, and get places in it that point into another's part; under
        # `torchrun`, every process has one device and batches of its own
        arguments._n_gpu = 1
    return arguments


def _check(config: TrainConfig) -> State | None:
    """Return the state to go on from, if any, after what is wrong with the settings has been said."""
    problems = []
    for name, settings in config.corpora.items():
        if settings.folder is not None and name in READERS:
            cure = f"call it `own`, say, or take out `folder` to train on the public corpus {name}"
            problems.append(
                Problem(f"corpora.{name}", "a public corpus's", wish="another name beside `folder`", cure=cure)
            )
        if settings.rewrite and name != polnear.CORPUS:
            cure = f"take it out, or rewrite {polnear.CORPUS}"
            wish = "none: its attributions are not of a form to rewrite"
            problems.append(Problem(f"corpora.{name}.rewrite", f"it is {settings.rewrite}", wish=wish, cure=cure))
        if settings.folder is None and name not in CORPUS_HEADS:
            cure = (
                f"name a corpus that has a reader{nearest(name, CORPUS_HEADS)}, or give its `folder` if it is your own"
            )
            wish = f"one of {', '.join(CORPUS_HEADS)}"
            problems.append(Problem(f"corpora.{name}", "no such corpus", wish=wish, cure=cure))
    named = [
        *((f"loss_weights.{name}", name) for name in config.loss_weights),
        *(("heads", name) for name in config.heads or ()),
    ]
    for place, name in named:
        if name not in LOSSES:
            value, cure = f"no such head as {name!r}", f"name a head{nearest(name, LOSSES)}"
            problems.append(Problem(place, value, wish=f"one of {', '.join(LOSSES)}", cure=cure))
    run, output = Path(config.run), Path(config.output)
    problems += teacher_problems(config)
    if "tensorboard" in (config.report_to or ()) and not _has_tensorboard():
        cure = "`pip install 'oped-stance[train]'`, or take it out"
        problems.append(Problem("report_to", "tensorboard is not installed", wish="what is installed", cure=cure))
    if problem := occupied(output):
        problems.append(problem)
    if output.resolve() in (run.resolve(), *run.resolve().parents):
        cure = "name a folder beside it, such as runs/NAME"
        problems.append(Problem("run", f"{config.run} is in `output`", wish="a folder of its own", cure=cure))
    try:
        if config.start is not None and output.resolve() == start_folder(config.start).resolve():
            cure = "name another folder: a run that is resumed needs what it started from"
            problems.append(Problem("output", f"{config.output} is `start`", wish="a folder of its own", cure=cure))
    except CheckpointError as error:
        problems += error.problems
    if problems:
        raise ConfigError(problems)
    return last_state(run)


def _loggers(config: TrainConfig) -> list[str]:
    found = ["tensorboard"] if _has_tensorboard() else []
    return found if config.report_to is None else list(config.report_to)


def _has_tensorboard() -> bool:
    import importlib.util

    return importlib.util.find_spec("tensorboard") is not None
