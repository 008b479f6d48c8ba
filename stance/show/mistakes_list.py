"""The worst mistakes for a terminal, by task: what gold has, what was predicted, and the sentence with the place marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from stance.measure.mistakes import Mistake, worst_of_each
from stance.show.terminal import clean, shortened, wrap

_LEAST_WIDTH = 44
_LINES_OF_SENTENCE = 4


def render_mistakes(mistakes: Sequence[Mistake], *, limit: int = 20, width: int = 96) -> str:
    """Return the worst mistakes, `limit` in all, as lines of at most `width` characters (at least 44).

    Each task in turn gives its worst one, until there are enough. The place stands in ⟦ ⟧; a sentence of more than four
    lines begins and ends in "[…]" where it is cut. Control characters become "�".

    Args:
        mistakes: worst first, as from `find_mistakes`.
    """
    width = max(width, _LEAST_WIDTH)
    counts = Counter(mistake.task for mistake in mistakes)
    chosen = worst_of_each(mistakes, limit=limit)
    shown = sum(map(len, chosen.values()))
    lines = [f"{len(mistakes):,} mistakes" + (f", the worst {shown} of them" if shown < len(mistakes) else "")]
    for task, worst in chosen.items():
        lines += ["", f"{task.upper()} ({counts[task]:,})"]
        for mistake in worst:
            lines += _lines(mistake, width=width)
    return "\n".join(lines) + "\n"


def _lines(mistake: Mistake, *, width: int) -> Iterator[str]:
    score = "" if mistake.confidence is None else f", confidence {mistake.confidence:.2f}"
    yield from wrap(f"{clean(mistake.kind)}{score} · {clean(mistake.document)}", width=width, first="  ", indent="    ")
    place = f"⟦{clean(mistake.text)}⟧"
    room = max(_LINES_OF_SENTENCE * (width - 4) - len(place) - 20, 0) // 2
    before, after = clean(mistake.before), clean(mistake.after)
    space = (" " * mistake.before[-1:].isspace(), " " * mistake.after[:1].isspace())
    if len(before) > room:
        before = "[…] " + before[len(before) - room :].partition(" ")[2]
    sentence = wrap(f"{before}{space[0]}{place}{space[1]}{after}", width=width, first="    ", indent="    ")
    yield from shortened(sentence, line_count=_LINES_OF_SENTENCE, width=width)
    sides = (mistake.gold, mistake.predicted)
    if mistake.text not in sides and " → ".join(map(str, sides)) != mistake.kind:
        said = (f"{name}: {clean(side or 'nothing')}" for name, side in zip(("gold", "predicted"), sides, strict=True))
        yield from wrap(" · ".join(said), width=width, first="    ", indent="      ")
