"""A document's summary for a terminal: shares of voice, the actors with their best evidence, and who is quoted."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from stance.document import Document, Stance
from stance.reasons import Reason, StanceArgument, kind_words
from stance.show.findings import (
    LINKS,
    MARKS,
    SIDES,
    ActorFindings,
    actor_arguments,
    actor_findings,
    score_words,
    speaker,
    stance_words,
    voice_shares,
    whole_parts,
)

_LEAST_WIDTH: Final = 44
_LINES_OF_EVIDENCE: Final = 2
_LINES_OF_QUOTATION: Final = 3
_REASONS: Final = 6
_DEEPEST: Final = 4
_BARS: Final = {"fact": "·", "attributed": "▒", "opinion": "█"}
_STYLES: Final = {"strong": "1", "soft": "2", "favor": "32", "against": "35", "mixed": "33", "neutral": "2"}
_GLUE: Final = "\N{NO-BREAK SPACE}"
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

Paint = Callable[[str, str], str]
Held = tuple[str, Stance]
Argued = tuple[Stance, StanceArgument]


def summary(document: Document, *, width: int, color: bool) -> str:
    """Return a summary of lines of at most `width` characters (at least 44), ending with a newline.

    It shows the title, shares of voice, the actors toward whom somebody takes a side, each with the strongest evidence
    for and against it and who holds it (the author's, where there is one; "1 of 4" counts everybody's), the author's claim
    of each side that has most reasons with these (the first six where there are more than seven), the other actors by
    name, and the attributed content with its sources. Evidence and quotations of more than a few lines end in "[…]". The
    signs are those of `findings.MARKS`; `color` adds ANSI colors that say nothing new. Control characters in the text,
    which could command the terminal, become "�".

    >>> print(summary(Document("note", "Rain."), width=60, color=False))
    note
    <BLANKLINE>
    """
    width = max(width, _LEAST_WIDTH)
    paint = _painted if color else _plain
    blocks = [
        list(_head(document, width=width, paint=paint)),
        list(_actors(document, width=width, paint=paint)),
        list(_quotations(document, width=width, paint=paint)),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _plain(text: str, style: str) -> str:
    return text


def _painted(text: str, style: str) -> str:
    code = _STYLES.get(style)
    return f"\x1b[{code}m{text}\x1b[0m" if code and text else text


def clean(text: str) -> str:
    """Return the text on one line, without what a terminal would obey."""
    return _UNPRINTABLE.sub("�", " ".join(text.split()))


def wrap(text: str, *, width: int, indent: str = "", first: str | None = None) -> list[str]:
    """Return the lines of a text, the first beginning with `first` and the others with `indent`."""
    begin = indent if first is None else first
    lines = textwrap.wrap(text, width, initial_indent=begin, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(_GLUE, " ") for line in lines]


def _head(document: Document, *, width: int, paint: Paint) -> Iterator[str]:
    meta = document.meta
    for line in wrap(clean(meta.title or document.id), width=width):
        yield paint(line, "strong")
    byline = " · ".join(clean(part) for part in (meta.outlet, meta.author, meta.date) if part)
    for line in wrap(byline, width=width):
        yield paint(line, "soft")
    shares = voice_shares(document)
    if shares:
        yield ""
        parts = [(_BARS.get(voice, "?"), voice, str(share), "%") for voice, share in whole_parts(shares).items()]
        yield from wrap("   ".join(_GLUE.join(part) for part in parts), width=width)
        cells = whole_parts(shares, total=min(width, 60))
        yield "".join(_BARS.get(voice, "?") * count for voice, count in cells.items())


def _actors(document: Document, *, width: int, paint: Paint) -> Iterator[str]:
    findings = actor_findings(document)
    argued = actor_arguments(document)
    sided = [item for item in findings if item.actor.stance not in ("neutral", None) or any(_sides(item))]
    if sided:
        columns = _columns("stance", "score", "95 % interval", "times")
        yield paint("ACTORS".ljust(width - len(columns)) + columns, "strong")
    for item in sided:
        yield from _actor(document, item, argued=argued.get(item.actor.id, ()), width=width, paint=paint)
    rest = [item.actor for item in findings if item not in sided]
    if rest:
        named = [(MARKS.get(actor.stance, MARKS[None]), clean(actor.name), f"×{len(actor.mentions)}") for actor in rest]
        names = ", ".join(_GLUE.join(words) for words in named)
        yield from wrap(names, width=width, first="Nobody takes a side toward ", indent="  ")


def _columns(stance: str, score: str, interval: str, mentions: str) -> str:
    return f"  {stance:<8} {score:>5}  {interval:<14} {mentions:>5}"


def _actor(
    document: Document, item: ActorFindings, *, argued: Sequence[Argued], width: int, paint: Paint
) -> Iterator[str]:
    actor = item.actor
    mark, name = MARKS.get(actor.stance, MARKS[None]), clean(actor.name)
    words = clean(stance_words(actor, predicted=True)) if actor.stance else "abstains" if document.model else "–"
    interval = "" if actor.interval is None else " to ".join(score_words(bound) for bound in actor.interval)
    score = "" if actor.score is None else score_words(actor.score)
    columns = _columns(words, score, interval, f"×{len(actor.mentions)}")
    lines = wrap(name, width=width, first=f"{mark} ", indent="  ")
    if len(lines) == 1 and len(lines[0]) + len(columns) <= width:
        lines = [lines[0].ljust(width - len(columns)) + columns]
    else:
        lines.append(columns.rjust(width))
    yield lines[0].replace(mark, paint(mark, actor.stance or "neutral"), 1)
    yield from lines[1:]
    for label, side in zip(("favor", "against"), _sides(item), strict=True):
        if side:
            yield from _best(document, side, label=label, width=width, paint=paint)
        of_side = [each for each in argued if each[0].label == label]
        if of_side:
            yield from _argument(document, of_side, name=name, width=width, paint=paint)


def _sides(item: ActorFindings) -> tuple[list[Held], list[Held]]:
    """Return everybody's evidence for and against an actor."""
    cases = (item.author, *item.others)
    favor = [(case.holder, each.stance) for case in cases for each in case.favor]
    return favor, [(case.holder, each.stance) for case in cases for each in case.against]


def _best(document: Document, side: Sequence[Held], *, label: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield the author's strongest evidence of one side, or else the strongest by quotation; of equals the earliest."""
    holder, stance = max(side, key=lambda held: (held[1].holder == "author", held[1].score))
    count = [f"1 of {len(side)}"] if len(side) > 1 else []
    score = [f"{stance.score:.2f}"] if document.model is not None else []
    numbers = f" ({', '.join(count + score)})" if count or score else ""
    words = _quoted(document.text[stance.start : stance.end])
    lines = wrap(f"{clean(holder)}{numbers}: {words}", width=width, first=f"    {MARKS[label]} ", indent="      ")
    lines = shortened(lines, line_count=_LINES_OF_EVIDENCE, width=width)
    yield lines[0].replace(MARKS[label], paint(MARKS[label], label), 1)
    yield from lines[1:]


def _argument(document: Document, argued: Sequence[Argued], *, name: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield the claim of one side that has most reasons for it, of equals the earliest, with its reasons."""
    stance, argument = max(argued, key=lambda each: len(each[1].supports))
    words = f"{SIDES[stance.label]} {name}"
    yield from _reason(document, argument.unit or 0, words=words, width=width, paint=paint)
    rest = len(argument.reasons) - _REASONS
    shown = argument.reasons if rest <= 1 else argument.reasons[:_REASONS]
    for reason in shown:
        yield from _reason(document, reason, words=LINKS[reason.label], width=width, paint=paint)
    if rest > 1:
        yield f"        and {rest} more reasons"


def _reason(document: Document, told: Reason | int, *, words: str, width: int, paint: Paint) -> Iterator[str]:
    """Yield the lines of a claim, given by its unit, or of a reason, which has its unit's kind before its words."""
    units = document.arguments.units if document.arguments is not None else ()
    unit = units[told if isinstance(told, int) else told.unit]
    depth = 0 if isinstance(told, int) else min(told.depth, _DEEPEST)
    kind = "" if isinstance(told, int) else f" {clean(kind_words(unit.label))}"
    indent = "      " + "  " * depth
    text = f"{words}{kind}: {_quoted(document.text[unit.start : unit.end])}"
    lines = wrap(text, width=width, first=indent, indent=indent + "  ")
    lines = shortened(lines, line_count=_LINES_OF_EVIDENCE, width=width)
    yield lines[0].replace(words, paint(words, "soft"), 1)
    yield from lines[1:]


def _quotations(document: Document, *, width: int, paint: Paint) -> Iterator[str]:
    quoted = [item for item in document.attributions or () if item.content]
    attributions = sorted(quoted, key=lambda item: min(item.content))
    if attributions:
        yield paint("ATTRIBUTED", "strong")
    for attribution in attributions:
        who = f"{clean(speaker(attribution, document))}:"
        content = " … ".join(clean(document.text[start:end]) for start, end in sorted(attribution.content))
        lines = wrap(f"{who} {content}", width=width, indent="    ", first="  ")
        lines = shortened(lines, line_count=_LINES_OF_QUOTATION, width=width)
        yield lines[0].replace(who, paint(who, "strong"), 1)
        yield from lines[1:]


def _quoted(text: str) -> str:
    words = clean(text)
    return words if words[:1] in '"“«' else f"“{words}”"


def shortened(lines: Sequence[str], *, line_count: int, width: int) -> list[str]:
    if len(lines) <= line_count:
        return list(lines)
    last = lines[line_count - 1]
    indent = last[: len(last) - len(last.lstrip())]
    words = last.split()
    while len(indent) + len(" ".join([*words, "[…]"])) > width:
        words.pop()
    return [*lines[: line_count - 1], indent + " ".join([*words, "[…]"])]
