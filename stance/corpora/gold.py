"""The hand-annotated op-eds: voice, attributions, actors and stances, kept as offsets beside texts that are fetched.

A gold file has no text but its sha256, so that offsets never meet another text than theirs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from stance.corpora.folders import GOLD, require_paths, require_split
from stance.corpora.gold_texts import find_texts
from stance.document import Actor, Attribution, Document, Source, Span, Stance, VoiceSpan
from stance.errors import DataError, Problem
from stance.formats import markdown, txt

CORPUS: Final = "gold"

SPLITS: Final = (
    *("train", "dev", "test", "test-first", "test-second"),
    *("climate-train", "climate-test", "wider-train"),
)

UNNAMED: Final = "unnamed"
"""The source that an annotator writes where the text names none ("is expected to")."""

_VERSIONS: Final[Mapping[str, str]] = {"test": "adjudicated", "test-second": "second"}
"""The folder of a split's stand-off files, where it is not the gold folder itself."""


def read(folder: Path, *, split: str, gold: Path = GOLD) -> Iterator[Document]:
    """Give the op-eds of a split with all layers but arguments; see `from_standoff` for how each is made.

    `train`, `dev` and `test` are op-eds of three outlets (123, 21 and 24), divided alike by outlet. `test` was annotated
    twice (`test-first`, `test-second`) and is given as it was adjudicated. `climate-train` and `climate-test` (12 each)
    are shorter pieces of news and opinion on climate politics from some fifteen outlets: another world. `wider-train`
    (40) holds further op-eds, political speeches, and news of the election of 2016.

    Args:
        folder: the data root, with the corpora below it that the pieces come from, see `gold_texts`.
        split: one of `SPLITS`.
        gold: the folder of stand-off files, with `splits.json` and `second/`.

    Raises:
        DataError: no such split or file, or a text that is not the one that was annotated (its sha256 differs).
    """
    require_split(split, SPLITS, corpus=CORPUS)
    require_paths([gold / "splits.json"], corpus=CORPUS)
    ids = json.loads((gold / "splits.json").read_text(encoding="utf-8"))[_plain(split)]
    standoff = gold / _VERSIONS.get(split, "")
    texts = find_texts(folder, ids)
    return (read_standoff(standoff / f"{id}.json", document=texts[id]) for id in ids)


def annotated(gold: Path = GOLD, *, splits: Sequence[str] | None = None) -> frozenset[str]:
    """Return the ids of hand-annotated pieces: of all, or of some of `SPLITS` (the versions of `test` have the same ids).

    Raises:
        DataError: the folder has no `splits.json`, or there is no such split.
    """
    require_paths([gold / "splits.json"], corpus=CORPUS)
    for split in splits or ():
        require_split(split, SPLITS, corpus=CORPUS)
    ids: dict[str, list[str]] = json.loads((gold / "splits.json").read_text(encoding="utf-8"))
    wanted = ids if splits is None else {_plain(split) for split in splits}
    return frozenset(id for name in wanted for id in ids[name])


def _plain(split: str) -> str:
    """Return the name of a split in `splits.json`, where the two annotations of `test` are one."""
    return split.removesuffix("-first").removesuffix("-second")


def learned(gold: Path = GOLD) -> frozenset[str]:
    """Return the ids of the hand-annotated pieces that models may learn from; those of the other splits judge them.

    Raises:
        DataError: the folder has no `splits.json`.
    """
    require_paths([gold / "splits.json"], corpus=CORPUS)
    splits: dict[str, list[str]] = json.loads((gold / "splits.json").read_text(encoding="utf-8"))
    judging = {id for name, ids in splits.items() if not name.endswith("train") for id in ids}
    return frozenset(id for ids in splits.values() for id in ids) - judging


def read_folder(folder: Path) -> Iterator[Document]:
    """Give the documents of a folder that has texts of its own: `ID.md` or `ID.txt` each, with `gold/ID.json`.

    Text and meta are what `stance.formats` reads from the file, so that predictions for it have the same offsets.

    Args:
        folder: such as `seeds/op-eds`.

    Raises:
        DataError: there is no gold, a gold file has no text, or another one than was annotated.
        InputError: a text cannot be read.
    """
    require_paths([folder / "gold"], corpus=CORPUS)
    return (
        read_standoff(path, document=_own_text(folder, path.stem)) for path in sorted((folder / "gold").glob("*.json"))
    )


def _own_text(folder: Path, id: str) -> Document:
    plain = folder / f"{id}.txt"
    if plain.exists():
        return txt.read(plain)
    require_paths([folder / f"{id}.md"], corpus=CORPUS)
    return markdown.read(folder / f"{id}.md")


def read_standoff(path: Path, *, document: Document) -> Document:
    """Return a text with the layers of its stand-off file.

    Raises:
        DataError: there is no such file, it is broken, or it belongs to another text.
    """
    require_paths([path], corpus=CORPUS)
    try:
        return _with_layers(json.loads(path.read_text(encoding="utf-8")), document=document, place=str(path))
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        wish = "stand-off gold: sha256, voice, actors and stance, each entry with its spans, every actor listed"
        cure = "write the file again from the annotation"
        raise DataError(Problem(str(path), f"{type(error).__name__}: {error}", wish=wish, cure=cure)) from None


def _with_layers(standoff: Mapping[str, Any], *, document: Document, place: str) -> Document:
    found = hashlib.sha256(document.text.encode()).hexdigest()
    if found != standoff["sha256"]:
        problem = Problem(
            place,
            f"the text of {standoff['id']} has sha256 {found[:12]}…",
            wish=f"the text that was annotated, {standoff['sha256'][:12]}…",
            cure="fetch the corpus again with `python scripts/get_data.py`, or annotate the new text",
        )
        raise DataError(problem)
    return from_standoff(standoff, document=document)


def from_standoff(standoff: Mapping[str, Any], *, document: Document) -> Document:
    """Return the document with the layers of a stand-off annotation.

    - voice: the sentence's, with its sub-spans cut in; of overlapping sub-spans the shorter wins. It tiles every
      character that is no space, one sentence at a time.
    - attributions: one a stretch that is attributed to a source, a sentence or a sub-span; the stretch takes in the
      source and the cue, and a source inside another's content is an attribution of its own inside it. Content is in
      parts where a sub-span speaks in another voice. `source` is where the source is named, in the sentence or else
      nearest to it; `actor` the listed actor that it is. `cue` and `kind` were not annotated.
    - actors: with the author's stance over the piece, and every mention by one of their names.
    - stances: of the author, of a listed actor, or of a `Source`; with the actor's mention in that sentence that is
      nearest to the evidence, None if it is not named there.
    """
    text = document.text
    actors = tuple(
        Actor(f"a{number}", actor["name"], actor["type"], mentions=_spans(actor["mentions"]), stance=actor["stance"])
        for number, actor in enumerate(standoff["actors"])
    )
    names = _names(actors, text)
    stretches = [_Stretch(Span(*item["span"]), item["voice"], item["source"]) for item in standoff["voice"]]
    bases = {
        stretch.span: stretch for stretch, item in zip(stretches, standoff["voice"], strict=True) if not item.get("sub")
    }
    sentences = tuple(sorted(bases))
    voice: list[VoiceSpan] = []
    attributions: list[Attribution] = []
    for sentence in sentences:
        base = bases[sentence]
        inside = [one for one in stretches if one is not base and _contains(sentence, one.span)]
        inside.sort(key=lambda stretch: stretch.span.start - stretch.span.end)  # outer ones first; the sort is stable
        voice += _tiles([base, *inside], text=text)
        for one in [base, *inside]:
            if one.voice == "attributed":
                actor = names.get((one.source or "").casefold())
                attributions.append(
                    Attribution(
                        _content(one, inside, text=text),
                        source=_locate(one, sentence, actor=actor, text=text),
                        actor=actor.id if actor else None,
                    )
                )
    ids = {actor.name: actor for actor in actors}
    stances = tuple(_stance(item, actor=ids[item["actor"]], names=names) for item in standoff["stance"])
    return replace(
        document,
        sentences=sentences,
        voice=tuple(voice),
        attributions=tuple(attributions),
        actors=actors,
        stances=stances,
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A sentence or a part of it, with its voice, and its source where that is attributed."""

    span: Span
    voice: str
    source: str | None


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in pairs)


def _contains(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _names(actors: Sequence[Actor], text: str) -> dict[str, Actor]:
    """Return whom a name or any other form that the text uses stands for, without regard to case; names come first."""
    names = {actor.name.casefold(): actor for actor in actors}
    for actor in actors:
        for mention in actor.mentions:
            names.setdefault(text[mention.start : mention.end].casefold(), actor)
    return names


def _tiles(stretches: Sequence[_Stretch], *, text: str) -> list[VoiceSpan]:
    """Return the voice of a sentence in runs without spaces at their ends; later stretches paint over earlier ones."""
    whole = stretches[0].span
    voices = [""] * (whole.end - whole.start)
    for stretch in stretches:
        start, end = stretch.span.start - whole.start, stretch.span.end - whole.start
        voices[start:end] = [stretch.voice] * (end - start)
    tiles = []
    start = whole.start
    for place in range(whole.start + 1, whole.end + 1):
        if place == whole.end or voices[place - whole.start] != voices[start - whole.start]:
            span = _stripped(Span(start, place), text)
            if span is not None:
                tiles.append(VoiceSpan(*span, voices[start - whole.start]))
            start = place
    return tiles


def _stripped(span: Span, text: str) -> Span | None:
    part = text[span.start : span.end]
    start = span.start + len(part) - len(part.lstrip())
    return Span(start, start + len(part.strip())) if part.strip() else None


def _content(stretch: _Stretch, inside: Sequence[_Stretch], *, text: str) -> tuple[Span, ...]:
    """Return the stretch without the sub-spans in it that speak in another voice."""
    holes = sorted(one.span for one in inside if one.voice != stretch.voice and _contains(stretch.span, one.span))
    parts = []
    start = stretch.span.start
    for hole in [*holes, Span(stretch.span.end, stretch.span.end)]:
        if hole.start > start and (part := _stripped(Span(start, hole.start), text)):
            parts.append(part)
        start = max(start, hole.end)
    return tuple(part for part in parts if any(map(str.isalnum, text[part.start : part.end]))) or tuple(parts)


def _locate(stretch: _Stretch, sentence: Span, *, actor: Actor | None, text: str) -> Span | None:
    """Return where the source is named: in the sentence, as given or by another name, otherwise nearest to it.

    What stands before the sentence goes before what stands after it.
    """
    if not stretch.source or stretch.source == UNNAMED:
        return None
    pattern = re.compile(rf"(?<!\w){re.escape(stretch.source)}(?!\w)", re.IGNORECASE)
    as_given = [Span(*found.span()) for found in pattern.finditer(text)]
    other = list(actor.mentions) if actor else []
    for spans in (as_given, other):
        if here := [span for span in spans if _contains(sentence, span)]:
            return min(here, key=lambda span: _distance(span, stretch.span))
    for spans in (as_given, other):
        if spans:
            return min(spans, key=lambda span: (span.start > sentence.start, _distance(span, sentence)))
    return None


def _distance(one: Span, other: Span) -> int:
    """Return how many characters stand between two spans, 0 if they touch or overlap."""
    return max(0, one.start - other.end, other.start - one.end)


def _stance(item: Mapping[str, Any], *, actor: Actor, names: Mapping[str, Actor]) -> Stance:
    sentence, evidence = Span(*item["sentence"]), Span(*item["span"])
    holder: str | Source = "author"
    if item["holder"] != "author":
        listed = names.get(item["holder"].casefold())
        holder = listed.id if listed else Source(item["holder"])
    here = [mention for mention in actor.mentions if _contains(sentence, mention)]
    mention = min(here, key=lambda span: _distance(span, evidence)) if here else None
    return Stance(holder, actor.id, item["polarity"], *evidence, mention=mention)
