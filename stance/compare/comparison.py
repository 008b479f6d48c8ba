"""The whole comparison: groups of articles by stance, quotation, voice, salience and coverage, from documents to tables."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from stance.compare.choosing import DEFAULTS, Grouping, Options, Outcome, Question, find_actors, grouping
from stance.compare.corrected import corrected, keyed_documents
from stance.compare.coverage import coverage
from stance.compare.dates import PERIODS, days, event_day
from stance.compare.differences import differences
from stance.compare.duplicates import Duplicates, counted_once, find_duplicates
from stance.compare.estimates import estimate
from stance.compare.merging import is_name
from stance.compare.quotations import opinions_of_sources, quotations
from stance.compare.rows import Tables, subset, tables
from stance.compare.sampling import Sample, as_coded
from stance.compare.trends import before_after, trend
from stance.document import Document, ModelStamp
from stance.errors import DataError, Problem, StanceError, nearest
from stance.labels import DOCUMENT_STANCES, UNIT_TYPES, VOICES

if TYPE_CHECKING:
    import pandas as pd

_log = logging.getLogger(__name__)

MOST: Final = 12
"""How many actors are compared where none is named: those on whom most groups, and then most articles, take a stance."""

COPIES: Final[Mapping[str, str]] = {
    "everywhere": "each text counts once, where it stood first",
    "outlet": "each text counts once in every outlet that ran it",
    "keep": "every copy counts",
}
"""How articles count that are the same text as another."""

OF_ACTORS: Final = ("stance", *(f"share_{label}" for label in DOCUMENT_STANCES), "quoted", "mentioned", "mentions")
DIFFERED: Final = ("stance", "quoted", "mentions")
"""The estimands of actors that are estimated, and those whose differences are tested."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is compared, and how.

    by: the column of meta whose values are the groups, such as `outlet`, `author`, or `week`, `month`, `year` of the date.
    groups: those of its values that are compared; None for all.
    actors: names, links or keys; None for the `MOST` that most articles take a stance on.
    event: a day; what comes from it on is compared with what was before. None for no such comparison.
    copies: one of `COPIES`.
    merge: which keys of actors are the same (key to key), as in `rows.tables`; likely ones are in `Tables.variants`.
    seed: of the bootstrap and the permutations; the same seed gives the same numbers.
    options: see `choosing.Options`. Where tests are many, more permutations are drawn than it says, so that an adjusted p
        can be small; the comparison's own plan tells how many.
    """

    by: str = "outlet"
    groups: Sequence[str] | None = None
    actors: Sequence[str] | None = None
    event: str | None = None
    copies: str = "everywhere"
    merge: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    options: Options = DEFAULTS


PLAN: Final = Plan()
"""All outlets, and the actors that most articles take a stance on."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that was found, as tables of pandas.

    documents: the articles that are compared, copies left out, in the order of reading; `groups` tells the group of each by
        its id, `names` are the groups in order, `actors` the keys of the actors, as named or the best documented first.
    tables: of those articles (`rows.Tables`). duplicates: copies that were found (`duplicates.Duplicates`) among articles
        with a value of `plan.by`, compared or not; `left_out`: how many of the compared ones are not counted.
    estimates, differences: as of `estimates.estimate` and `differences.differences`, for all estimands one below the other;
        p-values are adjusted within an estimand. coverage: `coverage.coverage`.
    trends: `trends.trend` of the stance, None without dates that span some periods of `period`. before_after: None without
        an event. corrected: `corrected.corrected`, None without gold; gold_count: hand-coded articles; frame_count: articles
        that could be drawn for coding, of which alone corrected numbers speak, None without probabilities.
    quotations, opinions: `quotations.quotations` and `quotations.opinions_of_sources`.
    notes: sentences that a reader of the numbers must know. models: who made the predictions.
    """

    plan: Plan
    documents: Sequence[Document]
    groups: Mapping[str, str]
    names: tuple[str, ...]
    actors: tuple[str, ...]
    tables: Tables
    duplicates: Duplicates
    left_out: int
    estimates: pd.DataFrame
    differences: pd.DataFrame
    coverage: pd.DataFrame
    quotations: pd.DataFrame
    opinions: pd.DataFrame
    trends: pd.DataFrame | None = None
    period: str | None = None
    before_after: pd.DataFrame | None = None
    corrected: pd.DataFrame | None = None
    gold_count: int = 0
    frame_count: int | None = None
    notes: tuple[str, ...] = ()
    models: tuple[ModelStamp, ...] = ()
    actor_names: Mapping[str, str] = field(default_factory=dict)


def compare(
    documents: Iterable[Document],
    plan: Plan = PLAN,
    *,
    gold: Sequence[Document] | None = None,
    sample: Sample | None = None,
) -> Comparison:
    """Return how groups of articles differ, with intervals over whole articles.

    Args:
        documents: predicted, or annotated by hand; all are held in memory.
        gold: hand-coded articles, some of the same ids and texts: their stances set the predicted ones right.
        sample: how likely each article was to be drawn for coding, and whether it was (`sampling.read_sample`, `as_coded`);
            None: within each group, hand-coded articles are a simple random sample.

    Raises:
        DataError, ConfigError: an unknown column, group, actor or event, no article, or gold that does not fit; all
            that can be told at once.
    """
    documents = list(documents)
    made, groups = _checked(documents, plan)
    valued = dict(zip(made.articles["document"], grouping(made.articles, plan.by).codes >= 0, strict=True))
    found = find_duplicates(document for document in documents if valued[document.id])
    whole = made if plan.copies == "keep" else counted_once(made, found, scope=plan.copies)
    group_of = {
        id: groups.names[code]
        for id, code in zip(made.articles["document"], groups.codes.tolist(), strict=True)
        if code >= 0
    }
    kept = [id for id in whole.articles["document"] if id in group_of]
    left_out = len(group_of) - len(kept)
    elsewhere = _first_elsewhere(found, plan, groups=group_of)
    part = subset(whole, documents=kept)
    group_of = {id: group_of[id] for id in kept}
    names = tuple(name for name in groups.names if name in set(group_of.values()))
    actors, notes = _actors(part, plan, groups=group_of)
    plan = replace(plan, options=_resolved(plan.options, tests=len(actors) * math.comb(len(names), 2)))
    question = Question(by=plan.by, actors=actors, groups=list(names))
    estimates = _stacked(estimate, part, question, plan=plan, estimands=_estimands(part, OF_ACTORS))
    differing = _stacked(differences, part, question, plan=plan, estimands=_estimands(part, DIFFERED))
    covered = coverage(part, question, seed=plan.seed, options=plan.options)
    trends, period, told = _trends(part, question, plan=plan)
    event = None
    if plan.event is not None:
        event = before_after(part, question, event=plan.event, seed=plan.seed, options=plan.options)
        told = (*told, *(note.text for note in event.notes if note.kind in ("undated", "unreadable date")))
    inside = [document for document in documents if document.id in group_of]
    stamps = dict.fromkeys(document.model for document in inside if document.model is not None)
    actor_names = dict(zip(part.actors["actor"], part.actors["name"], strict=True))
    right, probabilities, gold_count, frame_count = None, None, 0, None
    if gold is not None and sample is not None:
        gold, probabilities, coding_notes = as_coded(sample, gold)
        told = (*told, *coding_notes)
    if gold is not None:
        if probabilities is not None:
            frame_count = sum(document.id in probabilities for document in inside)
            told = (*told, *_frame_note(frame_count, count=len(inside)))
        gold_count = sum(document.id in group_of for document in gold)
        told = (*told, *_unused_note(len(gold) - gold_count, count=len(gold)))
        right = corrected(
            keyed_documents(documents, part, merge=plan.merge),
            keyed_documents(gold, part, merge=plan.merge),
            actors={key: actor_names[key] for key in actors},
            groups=group_of,
            probabilities=probabilities,
            minimum=plan.options.minimum,
        )
    return Comparison(
        plan=plan,
        documents=inside,
        groups=group_of,
        names=names,
        actors=tuple(actors),
        tables=part,
        duplicates=found,
        left_out=left_out,
        estimates=estimates,
        differences=differing,
        coverage=covered.table,
        quotations=quotations(inside, part, groups=group_of, merge=plan.merge),
        opinions=opinions_of_sources(part, groups=group_of),
        trends=trends,
        period=period,
        before_after=None if event is None else event.table,
        corrected=right,
        gold_count=gold_count,
        frame_count=frame_count,
        notes=tuple(dict.fromkeys((*(note.text for note in groups.notes), *elsewhere, *notes, *told))),
        models=tuple(stamps),
        actor_names=actor_names,
    )


def _checked(documents: Sequence[Document], plan: Plan) -> tuple[Tables, Grouping]:
    """Return the tables and the groups of all articles; whatever is wrong with the plan is told at once."""
    if not documents:
        cure = "name a file that `stance predict -o FILE.jsonl` made"
        raise DataError(Problem("documents", "there is none", wish="predicted articles", cure=cure))
    problems: list[Problem] = []
    if plan.copies not in COPIES:
        value, wish = f"{plan.copies!r}{nearest(plan.copies, COPIES)}", f"one of {', '.join(COPIES)}"
        problems.append(Problem("copies", value, wish=wish, cure="choose one of them"))
    made = tables(documents, merge=plan.merge)
    found: list[Grouping] = []
    checks: list[Callable[[], object]] = [
        lambda: found.append(grouping(made.articles, plan.by, wanted=plan.groups)),
        lambda: find_actors(made, plan.actors or ()),
        lambda: plan.event is None or event_day(plan.event),
    ]
    for check in checks:
        try:
            check()
        except StanceError as error:
            problems += error.problems
    if found:
        problems += _too_many(found[0], by=plan.by, minimum=plan.options.minimum)
    if problems:
        raise DataError(problems)
    groups = found[0]
    if not groups.names:
        cure = (
            f"give the articles a {plan.by} (a column of the table that was predicted), or compare `by` another column"
        )
        raise DataError(Problem("by", f"no article has {plan.by!r}", wish="articles with a value there", cure=cure))
    return made, groups


def _too_many(groups: Grouping, *, by: str, minimum: int) -> list[Problem]:
    """Return the problem of groups so many that their pairs would take hours, with those that have articles enough."""
    pairs = math.comb(len(groups.names), 2)
    if pairs <= MOST_PAIRS:
        return []
    enough = [name for code, name in enumerate(groups.names) if (groups.codes == code).sum() >= minimum]
    shown = ", ".join(enough[:20]) + (f" and {len(enough) - 20} more" if len(enough) > 20 else "")
    named = f" ({len(enough)} have {minimum} articles or more: {shown})" if enough else ""
    cure = f"name those to compare, with --only or as `groups`{named}, or compare `by` another column"
    value = f"its {len(groups.names):,} values make {pairs:,} pairs"
    return [Problem(f"by {by}", value, wish=f"at most {MOST_PAIRS:,} pairs", cure=cure)]


MOST_PAIRS: Final = 5_000
"""The most pairs of groups that are compared: those of a hundred groups."""


def _actors(part: Tables, plan: Plan, *, groups: Mapping[str, str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the actors that are named, or `MOST` of the others; and what to say of those that are not compared.

    First come actors on whom the most groups have articles enough for a number, of these the ones with most articles. Mere
    descriptions, such as "government", are passed over: their articles speak of one government here and of another there.
    """
    if plan.actors is not None:
        return find_actors(part, plan.actors), ()
    least = plan.options.minimum
    rows = part.rows[(part.rows["holder_kind"] == "author") & ~part.rows["abstained"]]
    counts = rows["actor"].value_counts()
    described, told = _described(part, counts[counts >= least])
    counts = counts.drop(described)
    by_group = rows.groupby(["actor", rows["document"].map(groups.get)]).size()
    several = by_group[by_group >= least].groupby("actor").size()
    order = {key: place for place, key in enumerate(part.actors["actor"])}
    enough = [key for key, count in counts.items() if count >= least]
    enough.sort(key=lambda key: (-several.get(key, 0), -counts[key], order[key]))
    if not enough:
        return [], (f"no actor has a stance in {least} articles: there is nobody to compare", *told)
    more = f"{len(enough)} actors have a stance in at least {least} articles; {MOST} of them are compared, name others yourself"
    return enough[:MOST], (*((more,) if len(enough) > MOST else ()), *told)


def _described(part: Tables, counts: pd.Series) -> tuple[list[str], tuple[str, ...]]:
    """Return those of the counted actors that have no name, only a description, and what to say of them."""
    names = dict(zip(part.actors["actor"], part.actors["name"], strict=True))
    keys = [key for key in counts.index if not is_name(names[key])]
    if not keys:
        return [], ()
    shown = ", ".join(names[key] for key in keys[:3])
    text = f"actors without a name, such as {shown}, are not compared unless you name them: each article may mean others by it"
    return keys, (text,)


def _first_elsewhere(found: Duplicates, plan: Plan, *, groups: Mapping[str, str]) -> tuple[str, ...]:
    """Return what to say of copies whose first version is in a group that is not compared, so that neither counts."""
    table = found.clusters
    if plan.copies != "everywhere":
        return ()
    count = int((table["document"].isin(groups) & ~table["cluster"].isin(groups)).sum())
    if not count:
        return ()
    start = "1 article is a copy" if count == 1 else f"{count:,} articles are copies"
    return (f"{start} of a text that another {plan.by}, not compared, had first, and not counted",)


def _unused_note(unused: int, *, count: int) -> tuple[str, ...]:
    """Return what to say of hand-coded articles that correct nothing."""
    if not unused:
        return ()
    verb, what = ("is", "a copy that does not count") if unused == 1 else ("are", "copies that do not count")
    return (f"{unused} of {count} hand-coded articles {verb} not used: {what}, or in no group compared",)


def _frame_note(size: int, *, count: int) -> tuple[str, ...]:
    """Return what to say of a frame that not all articles are in."""
    if size == count:
        return ()
    return (f"the frame of the sample holds {size:,} of {count:,} articles: corrected numbers speak of those alone",)


def _resolved(options: Options, *, tests: int) -> Options:
    """Return options with enough permutations for that many tests adjusted by Holm."""
    return replace(options, permutations=max(options.permutations, min(tests * FINENESS, MOST_PERMUTATIONS)))


FINENESS: Final = 50
"""Permutations for each test, so that the least p adjusted by Holm is 1 in 50."""

MOST_PERMUTATIONS: Final = 50_000


def _estimands(part: Tables, of_actors: Sequence[str]) -> tuple[str, ...]:
    """Return the estimands that the articles have layers for."""
    articles = part.articles
    voices = VOICES if articles["share_fact"].notna().any() else ()
    units = (f"units_{kind}" for kind in UNIT_TYPES) if articles["units"].fillna(0).any() else ()
    return (*of_actors, *voices, *units)


def _stacked(
    ask: Callable[..., Outcome], part: Tables, question: Question, *, plan: Plan, estimands: Sequence[str]
) -> pd.DataFrame:
    """Return the answers for several estimands one below the other."""
    import pandas

    answers = []
    for name in estimands:
        _log.info("comparing: %s of %s", ask.__name__, name)
        answers.append(ask(part, replace(question, estimand=name), seed=plan.seed, options=plan.options).table)
    filled = [answer for answer in answers if len(answer)] or answers[:1]
    return pandas.concat(filled, ignore_index=True)


def _trends(part: Tables, question: Question, *, plan: Plan) -> tuple[pd.DataFrame | None, str | None, tuple[str, ...]]:
    """Return the stance over weeks, months or years, by the span of the dates; None where they span too few."""
    found = days(part.articles)
    known = found.day.dropna()
    told = []
    if len(known) and len(known) < len(found.day):
        told = [
            f"{len(found.day) - len(known)} of {len(found.day)} articles have no readable date and no place in time"
        ]
    if plan.by in PERIODS or not question.actors or not len(known):
        return None, None, tuple(told)
    span = int((known.max() - known.min()).days)
    if span < LEAST_DAYS:
        return None, None, tuple(told)
    period = next(name for name, most in PERIOD_OF_SPAN.items() if span <= most)
    made = trend(part, question, period=period, seed=plan.seed, options=plan.options)
    return made.table, period, tuple(told)


LEAST_DAYS: Final = 35
"""Dates that span fewer days are shown without a curve: there are fewer than five weeks."""

PERIOD_OF_SPAN: Final[Mapping[str, float]] = {"week": 150, "month": 3000, "year": math.inf}
"""The period of a curve, and the most days that it is taken for."""
