"""The audit of names as tables, and as the lines of a model card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stance.measure.audit import Audit, Swap
from stance.measure.tables import Cell, Table

NAMES_SHOWN = 3
"""How many of the names that pull most are shown, each way."""

LEAST_TARGETS = 5
"""A name that was tried on fewer targets is not shown among those that pull most."""


LEAST_GROUP_TARGETS = 10
"""A group of names that was tried on fewer targets is not shown."""


@dataclass(frozen=True, slots=True)
class Shifts:
    """How far the stance toward actors of one type moves: score in units from -1 to 1, shares from 0 to 1.

    `mean` and `worst` are of the absolute change from the text as it is, `spread` the mean standard deviation of a target's
    scores over the names put in, so that nothing of it comes from the first name being known; `flips` the share of swaps that
    change the label, `moved` that of targets with such a swap.
    """

    targets: int
    swaps: int
    mean: float
    worst: float
    spread: float
    flips: float
    moved: float


def summed(swaps: Sequence[Swap]) -> Shifts:
    """Return the shifts of at least one swap."""
    shifts = np.array([abs(swap.shift) for swap in swaps])
    flipped = np.array([swap.labels[0] != swap.labels[1] for swap in swaps])
    by_target = _grouped(swaps, key=lambda swap: swap.target)
    spreads = [np.std([swap.scores[1] for swap in some]) for some in by_target.values()]
    moving = {swap.target for swap, flips in zip(swaps, flipped, strict=True) if flips}
    return Shifts(
        len(by_target),
        len(swaps),
        mean=float(shifts.mean()),
        worst=float(shifts.max()),
        spread=float(np.mean(spreads)),
        flips=float(flipped.mean()),
        moved=len(moving) / len(by_target),
    )


@dataclass(frozen=True, slots=True)
class Pull:
    """How far a group of names pulls toward favor, its standard error (nan of one target), and on how many targets."""

    mean: float
    error: float
    targets: int


def pulls(swaps: Sequence[Swap], *, key: Callable[[Swap], str]) -> dict[str, Pull]:
    """Return the pull of each group of names.

    On one target it is the mean score of the group's names less that of all names; over targets their mean, and the error is
    of the targets. Where all names of a target are of one group, they say nothing of it and are left out.
    """
    found: dict[str, list[float]] = defaultdict(list)
    for some in _grouped(swaps, key=lambda swap: swap.target).values():
        groups = _grouped(some, key=key)
        if len(groups) > 1:
            middle = np.mean([swap.scores[1] for swap in some])
            for name, part in groups.items():
                found[name].append(float(np.mean([swap.scores[1] for swap in part]) - middle))
    return {name: _pull(values) for name, values in sorted(found.items())}


def _pull(values: Sequence[float]) -> Pull:
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
    return Pull(float(np.mean(values)), error, len(values))


def audit_tables(audit: Audit) -> list[Table]:
    """Return the tables: floors, shifts, the names that pull most, groups of persons' names, and what was left out."""
    return [_floors(audit), _shifts(audit), _strongest(audit), _groups(audit), _skipped(audit)]


def audit_lines(audit: Audit) -> list[str]:
    """Return the section "Names" of a model card, in Markdown."""
    lines = ["## Names", "", "What the model says of a name alone, the text hidden, against gold:", ""]
    lines += ["| test | system | macro-F1 | accuracy | items |", "|---|---|---:|---:|---:|"]
    for (test, system), scores in audit.floors.items():
        values = f"{100 * scores.macro_f1:.1f} | {100 * scores.accuracy:.1f} | {scores.count}"
        lines.append(f"| {test} | {system} | {values} |")
    lines += [
        "",
        "How far its score, P(favor) - P(against) in hundredths, moves when an actor gets another name of its type all",
    ]
    lines += ["over the text, and how many of its labels flip (sampled by seed; `stance audit` gives more):", ""]
    lines += [
        "| test | type | targets | swaps | mean shift | worst shift | labels flipped, % |",
        "|---|---|" + "---:|" * 5,
    ]
    for (test, kind), swaps in _by_type(audit).items():
        all_in_all = summed(swaps)
        values = f"{100 * all_in_all.mean:.1f} | {100 * all_in_all.worst:.1f} | {100 * all_in_all.flips:.1f}"
        lines.append(f"| {test} | {kind} | {all_in_all.targets} | {all_in_all.swaps} | {values} |")
    return lines


def _floors(audit: Audit) -> Table:
    rows: list[list[Cell]] = []
    for (test, system), one in audit.floors.items():
        rows.append([test, system, one.macro_f1, one.accuracy, one.count])
    note = (
        "Name alone: a text that holds nothing but the name. Op-eds: the author's stance over the piece, gold's actors given; "
        "a stance that the model withholds is wrong."
    )
    return Table("What a name alone says", ("test", "system", "macro-F1", "accuracy", "count"), rows, note)


def _shifts(audit: Audit) -> Table:
    rows: list[list[Cell]] = []
    for (test, kind), swaps in _by_type(audit).items():
        one = summed(swaps)
        rows.append([test, kind, one.targets, one.swaps, one.mean, one.worst, one.spread, one.flips, one.moved])
    columns = ("test", "type", "targets", "swaps", "mean", "worst", "spread", "flips", "moved")
    note = (
        "An actor gets other names of its type all over the text. Mean and worst: absolute change of P(favor) - P(against), in "
        "hundredths (200 at most). Spread: standard deviation over the names put in, mean of the targets. Flips: swaps that "
        "change the label; moved: targets with such a swap, in percent. An organization may become one of quite another kind."
    )
    return Table("How far a stance moves with the name", columns, rows, note)


def _strongest(audit: Audit) -> Table:
    rows: list[list[Cell]] = []
    for (test, kind), swaps in _by_type(audit).items():
        found = pulls(swaps, key=lambda swap: swap.stand_in.name)
        ranked = sorted((one.mean, name) for name, one in found.items() if one.targets >= LEAST_TARGETS)
        up = [name for mean, name in reversed(ranked[-NAMES_SHOWN:]) if mean > 0]
        down = [name for mean, name in ranked[:NAMES_SHOWN] if mean < 0]
        for way, names in (("up", up), ("down", down)):
            rows += [[test, kind, way, name, *_values(found[name])] for name in names]
    columns = ("test", "type", "way", "name", "pull", "±", "targets")
    note = (
        "Pull: the mean of the score less that of all names put in for the same target, in hundredths, with its standard error. "
        "Picked as the extremes of many, these overstate: names on few targets are chance as much as pull."
    )
    return Table("The names that pull most", columns, rows, note)


def _groups(audit: Audit) -> Table:
    persons = [swap for swap in audit.swaps if swap.type == "person"]
    rows: list[list[Cell]] = []
    for test, swaps in _grouped(persons, key=lambda swap: swap.test).items():
        invented = [swap for swap in swaps if swap.stand_in.kind == "invented"]
        for what, some, key in (
            ("kind", swaps, lambda swap: swap.stand_in.kind),
            ("gender", swaps, lambda swap: swap.stand_in.gender),
            ("origin", invented, lambda swap: swap.stand_in.origin),
        ):
            rows += [
                [test, what, name, *_values(one)]
                for name, one in pulls(some, key=key).items()
                if one.targets >= LEAST_GROUP_TARGETS
            ]
    note = (
        "Pull and standard error as above, of groups of names; origins of invented names alone. Targets whose names are all of "
        f"one group are left out, and groups on fewer than {LEAST_GROUP_TARGETS} targets."
    )
    return Table("Persons' names by group", ("test", "by", "group", "pull", "±", "targets"), rows, note)


def _values(pull: Pull) -> list[Cell]:
    return [pull.mean, pull.error, pull.targets]


def _skipped(audit: Audit) -> Table:
    rows: list[list[Cell]] = [[*key, count] for key, count in audit.skipped.items()]
    kept = "; ".join(f"{test}: {count}" for test, count in audit.kept.items())
    note = (
        "Of the sampled targets, places where the old name stays, inside longer names and words made from it: "
        f"{kept or 'none'}. Descriptions and pronouns of a renamed actor stay as they are."
    )
    return Table("Actors that were not renamed", ("test", "type", "reason", "count"), rows, note)


def _by_type(audit: Audit) -> dict[tuple[str, str], list[Swap]]:
    found: dict[tuple[str, str], list[Swap]] = defaultdict(list)
    for swap in audit.swaps:
        found[swap.test, swap.type].append(swap)
    return found


def _grouped(swaps: Iterable[Swap], *, key: Callable[[Swap], str]) -> dict[str, list[Swap]]:
    found: dict[str, list[Swap]] = defaultdict(list)
    for swap in swaps:
        found[key(swap)].append(swap)
    return found
