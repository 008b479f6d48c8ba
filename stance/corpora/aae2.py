"""Argument-Annotated Essays 2: student essays in major claims, claims and premises, with support and attack.

Stab and Gurevych (Computational Linguistics 2017), in the CoNLL files of Eger, Daxenberger and Gurevych (ACL 2017); no
terms stated beside the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stance.corpora.detokenize import detokenize
from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Arguments, Document, Meta, Relation, Span, Unit
from stance.errors import DataError

CORPUS: Final = "aae2-conll"

SPLITS: Final = ("train", "dev", "test")

LABELS: Final = {"MajorClaim": "major-claim", "Claim": "claim", "Premise": "premise"}
RELATIONS: Final = {"Support": "support", "Attack": "attack", "For": "support", "Against": "attack"}

_CLITICS: Final = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
_COLUMNS: Final = 5
_WHOLE_MARKS: Final = frozenset({"...", "--"})


@dataclass(frozen=True, slots=True)
class _Component:
    """A component of a paragraph: its place in the text, its type, and what follows the type in the first token's tag."""

    span: Span
    type: str
    details: tuple[str, ...]


def read(folder: Path, *, split: str) -> Iterator[Document]:
    """Give the essays of a split (286, 36 and the official 80 of test); the first paragraph is the title.

    The text is put together from tokens by the rules of English print (see `detokenize`), with a blank line between
    paragraphs. Tokens, tags and paragraphs are those of the files of paragraphs, and the files of essays tell which
    paragraphs are one essay: they hold the same text, but have split three words at the end of a component.

    Units are in the order of the text. There are two kinds of relations, in this order, and the label of the source
    tells them apart:

    - from a premise to the component of its paragraph that it supports or attacks, as annotated;
    - from a claim to the major claim, `support` where its stance is For and `attack` where it is Against. An essay's
      major claims all say the same; the edge goes to the last of them, as in the evaluation of Eger et al. A claim of
      an essay without major claim has none.

    Args:
        folder: the data root, with `aae2-conll/data/conll` below it.
        split: one of `SPLITS`.

    Raises:
        DataError: no such split or file, a row that breaks the format, or essays and paragraphs that differ.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    root = folder / CORPUS / "data" / "conll"
    essays, paragraphs = root / "Essay_Level" / f"{split}.dat", root / "Paragraph_Level" / f"{split}.dat"
    require_paths([essays, paragraphs], corpus=CORPUS)
    return _documents(essays, paragraphs, split=split)


def _documents(essays: Path, paragraphs: Path, *, split: str) -> Iterator[Document]:
    rest = iter(_blocks(paragraphs))
    for number, essay in enumerate(_blocks(essays), start=1):
        expected = "".join(token for token, _ in essay)
        found = ""
        parts = []
        while len(found) < len(expected) and (part := next(rest, None)) is not None:
            parts.append(part)
            found += "".join(token for token, _ in part)
        if found != expected:
            wish = f"the paragraphs of {paragraphs.name}, one after the other"
            raise DataError(broken(f"{essays}, essay {number}", "differs from them", wish=wish, corpus=CORPUS))
        yield _document(f"{split}-{number:03d}", parts, place=f"{paragraphs}, essay {number}")


def _blocks(path: Path) -> list[list[tuple[str, str]]]:
    """Return the token and tag of every row, in blocks that a blank line ends."""
    blocks: list[list[tuple[str, str]]] = [[]]
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        columns = line.split("\t")
        if not line.strip():
            blocks.append([])
        elif len(columns) != _COLUMNS or not columns[1]:
            wish = f"{_COLUMNS} columns: number, token, two marks and a tag"
            raise DataError(broken(f"{path}, line {number}", repr(line), wish=wish, corpus=CORPUS))
        else:
            blocks[-1].append((columns[1], columns[4]))
    return [block for block in blocks if block]


def _document(id: str, paragraphs: Sequence[Sequence[tuple[str, str]]], *, place: str) -> Document:
    text = ""
    units: list[Unit] = []
    relations: list[Relation] = []
    stances: list[tuple[int, str]] = []
    for paragraph in paragraphs:
        part, places = lay_out([token for token, _ in paragraph])
        text += "\n\n" if text else ""
        first = len(units)
        components = _components([tag for _, tag in paragraph], places, place=place)
        for number, component in enumerate(components):
            span = component.span
            units.append(Unit(len(text) + span.start, len(text) + span.end, LABELS[component.type]))
            label = RELATIONS[component.details[-1]] if component.details else ""
            if component.type == "Premise":
                target = first + number + int(component.details[0])
                if not first <= target < first + len(components):
                    wish = "a distance to another component of the paragraph"
                    raise DataError(broken(place, f"a premise at {component.details[0]}", wish=wish, corpus=CORPUS))
                relations.append(Relation(first + number, target, label))
            elif component.type == "Claim":
                stances.append((first + number, label))
        text += part
    major = max((number for number, unit in enumerate(units) if unit.label == "major-claim"), default=None)
    if major is not None:
        relations += [Relation(source, major, label) for source, label in stances]
    title = lay_out([token for token, _ in paragraphs[0]])[0]
    return Document(id, text, Meta(title=title), arguments=Arguments(tuple(units), tuple(relations)))


_TAG = re.compile(r"O|[BI]-(?:(MajorClaim)|(Claim):(For|Against)|(Premise):(-?\d+):(Support|Attack))")


def _components(tags: Sequence[str], places: Sequence[Span], *, place: str) -> list[_Component]:
    components: list[_Component] = []
    before = "O"
    for tag, span in zip(tags, places, strict=True):
        found = _TAG.fullmatch(tag)
        if found is None or (tag[0] == "I" and before[1:] != tag[1:]):
            wish = "O, or B and I of MajorClaim, Claim:STANCE or Premise:DISTANCE:RELATION, I after its B"
            raise DataError(broken(place, f"the tag {tag} after {before}", wish=wish, corpus=CORPUS))
        if tag[0] == "B":
            type, *details = (part for part in found.groups() if part)
            components.append(_Component(span, type, tuple(details)))
        elif tag[0] == "I":
            last = components[-1]
            components[-1] = _Component(Span(last.span.start, span.end), last.type, last.details)
        before = tag
    return components


def lay_out(tokens: Sequence[str]) -> tuple[str, list[Span]]:
    """Return the text of a paragraph's tokens, and the place of each in it.

    This corpus cuts at every punctuation mark and keeps runs of them in one token: `do n't` is `don ' t`, a closing
    quotation mark and its comma are `",`.

    >>> lay_out(["it", "isn", "'", "t", "40", ",", "000", "(", "e", ".", "g", ".,", '"', "no", '",', "so"])[0]
    'it isn\\'t 40,000 (e.g., "no", so'
    """
    words: list[str] = []
    parts: list[list[str]] = []
    for number, token in enumerate(tokens):
        marks = list(token) if not token[0].isalnum() and token not in _WHOLE_MARKS else [token]
        parts.append(marks)
        for mark in marks:
            if mark is marks[0] and _joins(tokens, number):
                words[-1] += mark
            else:
                words.append(mark)
    text, _ = detokenize([words])
    places = []
    position = 0
    for marks in parts:
        start = text.index(marks[0], position)
        for mark in marks:
            position = text.index(mark, position) + len(mark)
        places.append(Span(start, position))
    return text, places


def _joins(tokens: Sequence[str], number: int) -> bool:
    """Return whether the token makes one word with the token before it: in a clitic, a number or an abbreviation."""
    earlier, before, token, after, later = (
        tokens[place] if 0 <= place < len(tokens) else "" for place in range(number - 2, number + 3)
    )
    if token in ("'", "’"):
        return before.isalnum() and after in _CLITICS
    if before in ("'", "’"):
        return earlier.isalnum() and token in _CLITICS
    if token in (".", ",", ":") and before.isdigit():
        return after.isdigit()
    if before in (".", ",", ":") and token.isdigit():
        return earlier.isdigit()
    if token == ".":
        return _is_letter(before) and _is_letter(after) and later[:1] == "."
    return before == "." and _is_letter(earlier) and _is_letter(token) and after[:1] == "."


def _is_letter(token: str) -> bool:
    return len(token) == 1 and token.isalpha()
