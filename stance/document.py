"""The data model: a document and its layers, frozen, with offsets into a text that never changes; JSON both ways.

Offsets are half-open, in code points, into `Document.text`. Gold and predictions have the same type. A layer that is `None`
was not annotated; an empty one was annotated and holds nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from stance.errors import DataError, Problem, nearest


class Span(NamedTuple):
    """A stretch of text: `text[start:end]`, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known about a piece besides its text; `more` keeps columns and headers that have no field of their own."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    date: str | None = None
    url: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """Who speaks in a stretch, and as what: `label` is one of `labels.VOICES`, `score` its probability."""

    start: int
    end: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Attribution:
    """Content put into a source's mouth: `content` may be discontinuous; `actor` is the id of the source's actor, if listed.

    `kind` is one of `labels.ATTRIBUTION_KINDS`, or None where an annotation does not say.
    """

    content: tuple[Span, ...]
    source: Span | None = None
    cue: Span | None = None
    actor: str | None = None
    kind: str | None = None
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who can hold a policy or do a deed, with all the mentions of it in the document.

    `stance` is the author's over the whole document (`labels.DOCUMENT_STANCES`; None: the model abstains, or not annotated),
    `score` runs from -1 (against) to 1 (favor), and `interval` are its bounds at 95 %.
    """

    id: str
    name: str
    type: str
    link: str | None = None
    mentions: tuple[Span, ...] = ()
    stance: str | None = None
    score: float | None = None
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A holder of a stance who is no listed actor, as the text names it."""

    text: str


@dataclass(frozen=True, slots=True)
class Stance:
    """One opinion: `holder` ("author", an actor's id, or a `Source`) is `label` (favor or against) toward `actor` (an id).

    `start` and `end` bound the evidence; `mention` is the mention of the actor that it is about, where there is one.
    """

    holder: str | Source
    actor: str
    label: str
    start: int
    end: int
    score: float = 1.0
    mention: Span | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """An argument unit: a stretch with a label of an inventory such as `labels.UNIT_TYPES`."""

    start: int
    end: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge from the unit at place `source` to the unit at place `target`: `support` or `attack`."""

    source: int
    target: int
    label: str
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Arguments:
    """The argument layer: units, and relations between them by their place in `units`."""

    units: tuple[Unit, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which model made the layers; absent in gold."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its layers.

    >>> document = Document("a", "Ann spoke.", sentences=(Span(0, 10),))
    >>> from_json(to_json(document)) == document
    True
    """

    id: str
    text: str
    meta: Meta = Meta()
    sentences: tuple[Span, ...] | None = None
    voice: tuple[VoiceSpan, ...] | None = None
    attributions: tuple[Attribution, ...] | None = None
    actors: tuple[Actor, ...] | None = None
    stances: tuple[Stance, ...] | None = None
    arguments: Arguments | None = None
    model: ModelStamp | None = None


LAYERS = ("sentences", "voice", "attributions", "actors", "stances", "arguments")


def to_dict(document: Document) -> dict[str, Any]:
    """Return the document as plain JSON values, by the format of the README; layers that are None are left out."""
    meta = {name: value for name in _META if (value := getattr(document.meta, name)) is not None}
    out: dict[str, Any] = {"id": document.id, "text": document.text, "meta": meta | dict(document.meta.more)}
    if document.sentences is not None:
        out["sentences"] = [list(span) for span in document.sentences]
    if document.voice is not None:
        out["voice"] = [_plain(span) for span in document.voice]
    if document.attributions is not None:
        out["attributions"] = [_plain(attribution) for attribution in document.attributions]
    if document.actors is not None:
        out["actors"] = [_plain(actor) for actor in document.actors]
    if document.stances is not None:
        out["stances"] = [_plain(stance) for stance in document.stances]
    if document.arguments is not None:
        out["arguments"] = {
            "units": [_plain(unit) for unit in document.arguments.units],
            "relations": [
                {"from": edge.source, "to": edge.target, "label": edge.label, "score": _number(edge.score)}
                for edge in document.arguments.relations
            ],
        }
    if document.model is not None:
        out["model"] = _plain(document.model)
    return out


def to_json(document: Document) -> str:
    """Return the document as one line of JSON."""
    return json.dumps(to_dict(document), ensure_ascii=False)


def from_json(line: str, *, place: str = "document") -> Document:
    """Return the document of one JSON object.

    Raises:
        DataError: the line is no JSON, or no document; `place` (such as `gold.jsonl, line 3`) begins the message.
    """
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        problem = Problem(place, f"no valid JSON ({error})", wish="one JSON object", cure="save it as JSON again")
        raise DataError(problem) from None
    return from_dict(values, place=place)


def from_dict(values: Any, *, place: str = "document") -> Document:
    """Return the document of plain JSON values, checked: every span must lie in the text.

    Raises:
        DataError: naming every span, score, relation or key that breaks the format. Whether a label belongs to its inventory
            is not looked at: documents of other inventories can be read too.
    """
    reader = _Reader(place)
    document = reader.document(values)
    if reader.problems:
        raise DataError(reader.problems)
    return document


_META = ("title", "outlet", "author", "date", "url")


def _number(value: float) -> float:
    return round(float(value), 4)


def _plain(layer: Any) -> Any:
    """Turn a layer's dataclass into JSON values; spans become pairs, scores are rounded to four places."""
    if isinstance(layer, Span):
        return list(layer)
    if isinstance(layer, float):
        return _number(layer)
    if isinstance(layer, tuple):
        return [_plain(part) for part in layer]
    if hasattr(layer, "__dataclass_fields__"):
        return {part.name: _plain(getattr(layer, part.name)) for part in fields(layer)}
    return layer


@dataclass(slots=True)
class _Reader:
    """Reads one document and gathers what is wrong with it."""

    place: str
    length: int = 0
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, where: str, value: object, wish: str) -> None:
        cure = "correct the file, or write it again with `stance predict`"
        self.problems.append(Problem(f"{self.place}, {where}", f"{value!r}", wish=wish, cure=cure))

    def document(self, values: Any) -> Document:
        if not isinstance(values, dict) or not isinstance(values.get("text"), str) or values.get("id") is None:
            self.wrong(
                "top level", sorted(values) if isinstance(values, dict) else values, "an object with `id` and `text`"
            )
            return Document("", "")
        known = {"id", "text", "meta", "model", *LAYERS}
        for key in sorted(values.keys() - known):
            self.wrong(key, "an unknown key", f"one of {', '.join(sorted(known))}{nearest(key, known)}")
        self.length = len(values["text"])
        meta = values.get("meta") or {}
        if not isinstance(meta, dict):
            self.wrong("meta", meta, "an object")
            meta = {}
        more = {str(key): str(value) for key, value in meta.items() if key not in _META and value is not None}
        return Document(
            id=str(values["id"]),
            text=values["text"],
            meta=Meta(**{key: str(meta[key]) for key in _META if meta.get(key) is not None}, more=more),
            sentences=self.layer(values, "sentences", read=self.span),
            voice=self.layer(values, "voice", read=lambda item, where: self.labelled(VoiceSpan, item, where)),
            attributions=self.layer(values, "attributions", read=self.attribution),
            actors=self.layer(values, "actors", read=self.actor),
            stances=self.layer(values, "stances", read=self.stance),
            arguments=self.one(values, "arguments", read=self.arguments),
            model=self.one(values, "model", read=self.stamp),
        )

    def one(self, values: dict[str, Any], name: str, *, read: Callable[[dict[str, Any]], Any]) -> Any:
        if values.get(name) is None:
            return None
        try:
            return read(values[name])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self.wrong(name, values[name], f"an object of the documented form ({type(error).__name__}: {error})")
        return None

    def layer(self, values: dict[str, Any], name: str, *, read: Callable[[Any, str], Any]) -> tuple[Any, ...] | None:
        items = values.get(name)
        if items is None:
            return None
        if not isinstance(items, list):
            self.wrong(name, items, "a list")
            return None
        parts = []
        for place, item in enumerate(items):
            try:
                parts.append(read(item, f"{name}[{place}]"))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                self.wrong(
                    f"{name}[{place}]", item, f"an entry of the documented form ({type(error).__name__}: {error})"
                )
        return tuple(parts)

    def span(self, item: Any, where: str) -> Span:
        start, end = item
        if not (type(start) is int and type(end) is int and 0 <= start < end <= self.length):
            self.wrong(where, item, f"[start, end] with 0 <= start < end <= {self.length}")
        return Span(start, end)

    def optional(self, item: Any, where: str) -> Span | None:
        return None if item is None else self.span(item, where)

    def number(self, value: Any, where: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.wrong(where, value, "a finite number")
            return 0.0
        return float(value)

    def score(self, item: dict[str, Any], where: str) -> float:
        return self.number(item.get("score", 1.0), f"{where}.score")

    def labelled(self, kind: Callable[..., Any], item: dict[str, Any], where: str) -> Any:
        self.span((item["start"], item["end"]), where)
        return kind(item["start"], item["end"], str(item["label"]), self.score(item, where))

    def attribution(self, item: dict[str, Any], where: str) -> Attribution:
        return Attribution(
            content=tuple(self.span(part, f"{where}.content") for part in item["content"]),
            source=self.optional(item.get("source"), f"{where}.source"),
            cue=self.optional(item.get("cue"), f"{where}.cue"),
            actor=item.get("actor"),
            kind=item.get("kind"),
            score=self.score(item, where),
        )

    def actor(self, item: dict[str, Any], where: str) -> Actor:
        interval, score = item.get("interval"), item.get("score")
        return Actor(
            id=str(item["id"]),
            name=str(item["name"]),
            type=str(item["type"]),
            link=item.get("link"),
            mentions=tuple(self.span(part, f"{where}.mentions") for part in item.get("mentions", [])),
            stance=item.get("stance"),
            score=None if score is None else self.number(score, f"{where}.score"),
            interval=None if interval is None else self.interval(interval, f"{where}.interval"),
        )

    def interval(self, item: Any, where: str) -> tuple[float, float]:
        low, high = (self.number(bound, where) for bound in item)
        if low > high:
            self.wrong(where, item, "[low, high] with low <= high")
        return low, high

    def stance(self, item: dict[str, Any], where: str) -> Stance:
        self.span((item["start"], item["end"]), where)
        holder = item["holder"]
        return Stance(
            holder=Source(str(holder["text"])) if isinstance(holder, dict) else str(holder),
            actor=str(item["actor"]),
            label=str(item["label"]),
            start=item["start"],
            end=item["end"],
            score=self.score(item, where),
            mention=self.optional(item.get("mention"), f"{where}.mention"),
        )

    def arguments(self, values: dict[str, Any]) -> Arguments:
        units = self.layer(values, "units", read=lambda item, where: self.labelled(Unit, item, f"arguments.{where}"))
        count = len(units or ())
        relations = self.layer(values, "relations", read=lambda item, where: self.relation(item, where, count=count))
        return Arguments(units or (), relations or ())

    def relation(self, item: dict[str, Any], where: str, *, count: int) -> Relation:
        ends = (item["from"], item["to"])
        if not all(type(end) is int and 0 <= end < count for end in ends):
            self.wrong(f"arguments.{where}", item, f"`from` and `to` that are places among the {count} units")
        return Relation(*ends, str(item["label"]), self.score(item, f"arguments.{where}"))

    def stamp(self, values: dict[str, Any]) -> ModelStamp:
        return ModelStamp(**{name: str(value) for name, value in values.items()})
