"""Who is named and who is who: mentions and coreference on GUM's test documents, names in WNUT17's test posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from stance.actors.aliases import AliasTable, load_aliases
from stance.actors.linking import TypedMention
from stance.corpora import gum, wnut17
from stance.document import Actor, Document, Span
from stance.measure.coreference import METRICS, CoreferenceScores, coreference_scores
from stance.measure.entity_mentions import (
    TYPES,
    Borders,
    EntityMention,
    capitalised_actors,
    count_mentions,
    majority_type,
    name_place,
    outermost,
    predicted_mentions,
    words_of,
)
from stance.measure.prediction import ActorModel
from stance.measure.spans import Counts
from stance.measure.tables import Cell, Table

GENRES: Final = ("news", "speech", "essay", "interview")
"""The genres nearest to op-eds, which have rows of their own."""

COLUMNS: Final = ("test", "task", "system", "P", "R", "F1", "count")
MODEL, CAPITALS = "this model", "capitals and table of names (floor)"
ALONE, ALIKE = "each mention alone (floor)", "same words, same actor (floor)"

BATCH: Final = 16
"""Documents that a model is given at a time."""

Cluster = frozenset[tuple[str, Span]]
"""The mentions of an actor, each with its document's id."""


@dataclass(frozen=True, slots=True)
class Found:
    """A test document: gold's mentions and clusters, and the actors that each system sees, by its name.

    `linked` has the actors of gold's own mentions, linked by the systems.
    """

    document: Document
    genre: str
    gold: Sequence[EntityMention]
    clusters: Sequence[Cluster]
    actors: dict[str, Sequence[Actor]]
    linked: dict[str, Sequence[Actor]]


GUM_NOTE: Final = (
    "Test documents by the corpus's splits.md, two a genre. Names: mentions whose head has a capital and that stand in no other "
    "name's words up to its head (one span a place is what a tagger can give); GUM's mentions are whole noun phrases. A group "
    "is right for a person and an organization. The model says country for places that act, GUM says place for all: a country "
    "is right for a place; one is missing if it was not found and Wikidata knows it, or, with places left open, never. Same "
    "name: borders may differ by article, genitive ending, title, and what follows the head; overlap: one character in common. "
    "Descriptions are of all three types; in the rows of names they are neither right nor wrong. Pronouns: those that mean "
    "one of the three. Coreference: gold's clusters of persons, organizations and places alone (objects, events and abstracts "
    "are not looked for), with pronouns, appositions and predicates, which GUM links too; clusters of one mention are dropped, "
    "as in CoNLL-2012; count: gold's clusters. End to end: with the mentions that were found, in gold's borders (or, same name, "
    "as above). Given: gold's mentions, to be linked. Counted by scorch (Grobol), not by us."
)

WNUT17_NOTE: Final = (
    "Borders may differ by article, genitive ending and title, which the corpus leaves out and our mentions do not; exact and "
    "overlap are the other ways to match. A country is right for a location, an organization or a group for a group and a "
    "corporation, a group for a person too. Products and creative works are no actors: who is found there is wrong. Descriptions "
    "and pronouns count only where they overlap with a name. For scale: the best system of the shared task had F1 41.9, "
    "exact, over all six types (Derczynski et al., WNUT 2017)."
)


def gum_table(model: ActorModel, folder: Path) -> Table:
    """Return the scores on GUM's test documents (Zeldes 2017), over all genres and on some, with floors.

    Args:
        folder: the data root, with `gum` below it.

    Raises:
        DataError: the corpus is missing or broken.
    """
    table = load_aliases()
    found = _gum_found(model, list(gum.mentions(folder, split="test")), table=table)
    rows: list[list[Cell]] = []
    for test in ("all", *GENRES):
        chosen = [item for item in found if test in ("all", item.genre)]
        rows += _mention_rows(test, chosen, table=table)
        rows += _cluster_rows(test, chosen, table=table)
    return Table("GUM: mentions and coreference", COLUMNS, rows, GUM_NOTE)


def wnut17_table(model: ActorModel, folder: Path) -> Table:
    """Return the scores on WNUT17's test posts (Derczynski et al. 2017), with a floor.

    Args:
        folder: the data root, with `wnut17` below it.

    Raises:
        DataError: the corpus is missing or broken.
    """
    table = load_aliases()
    posts = list(wnut17.names(folder, split="test"))
    documents = [document for document, _ in posts]
    systems = {
        MODEL: _in_batches(model, documents),
        CAPITALS: [capitalised_actors(one, table=table) for one in documents],
    }
    rows: list[list[Cell]] = []
    for system, actors in systems.items():
        pairs = [
            _wnut17_pair(document, names, found, table=table)
            for (document, names), found in zip(posts, actors, strict=True)
        ]
        counted = {borders: _pooled(pairs, borders=borders) for borders in ("name", "exact", "overlap")}
        rows.append(_row("test", "names", system, _all(counted["name"])))
        labels = {"person": "persons", "place": "locations", "organization": "groups and corporations"}
        rows += [_row("test", label, system, counted["name"][type]) for type, label in labels.items()]
        rows.append(_row("test", "names, any type", system, counted["name"]["any"]))
        rows += [_row("test", f"names, {borders}", system, _all(counted[borders])) for borders in ("exact", "overlap")]
    return Table("WNUT17: rare names in noisy posts", COLUMNS, rows, WNUT17_NOTE)


def _in_batches(
    model: ActorModel, documents: Sequence[Document], *, mentions: Sequence[Sequence[TypedMention]] | None = None
) -> list[tuple[Actor, ...]]:
    found: list[tuple[Actor, ...]] = []
    for first in range(0, len(documents), BATCH):
        part = slice(first, first + BATCH)
        found += model.actors_of(documents[part], mentions=None if mentions is None else mentions[part])
    return found


def _gum_found(
    model: ActorModel, corpus: Sequence[tuple[Document, tuple[gum.GumMention, ...]]], *, table: AliasTable
) -> list[Found]:
    documents = [document for document, _ in corpus]
    clusters = [gum_clusters(mentions) for _, mentions in corpus]
    given = [
        [TypedMention(span, _OUR_TYPES[type]) for span, type in sorted(_typed_spans(mentions, kept).items())]
        for (_, mentions), kept in zip(corpus, clusters, strict=True)
    ]
    actors, linked = _in_batches(model, documents), _in_batches(model, documents, mentions=given)
    return [
        Found(
            document,
            document.meta.more["genre"],
            [_gum_mention(document.text, mention, table=table) for mention in mentions if mention.type in TYPES],
            [frozenset((document.id, span) for span in cluster) for cluster in kept],
            {MODEL: actors[place], CAPITALS: capitalised_actors(document, table=table)},
            {MODEL: linked[place], ALIKE: _alike(document.text, [span for cluster in kept for span in cluster])},
        )
        for place, ((document, mentions), kept) in enumerate(zip(corpus, clusters, strict=True))
    ]


_OUR_TYPES: Final = {"person": "person", "organization": "organization", "place": "country"}


def gum_clusters(mentions: Sequence[gum.GumMention]) -> list[list[Span]]:
    """Return the places of mentions of each person, organization and place of a document, those mentioned once too.

    An entity is what most of its mentions are. Of two mentions in the same place the first counts.
    """
    members: dict[int, list[gum.GumMention]] = {}
    for mention in mentions:
        members.setdefault(mention.cluster, []).append(mention)
    seen: set[Span] = set()
    clusters = []
    for cluster in members.values():
        if majority_type([mention.type for mention in cluster]) in TYPES:
            spans = [Span(mention.start, mention.end) for mention in cluster]
            clusters.append([span for span in dict.fromkeys(spans) if span not in seen])
            seen.update(spans)
    return clusters


def _typed_spans(mentions: Sequence[gum.GumMention], clusters: Sequence[Sequence[Span]]) -> dict[Span, str]:
    types = {Span(mention.start, mention.end): mention.type for mention in reversed(mentions)}
    return {
        span: majority_type([types[one] for one in cluster if types[one] in TYPES] or ["person"])
        for cluster in clusters
        for span in cluster
    }


def _gum_mention(text: str, mention: gum.GumMention, *, table: AliasTable) -> EntityMention:
    span = Span(mention.start, mention.end)
    name = name_place(text, span, person=mention.type == "person", table=table)
    return EntityMention(span, name, mention.type, mention.kind, optional=mention.type == "place" and not mention.link)


def _alike(text: str, spans: Sequence[Span]) -> list[Actor]:
    """Return the floor that takes mentions of the same words for one actor."""
    places: dict[str, list[Span]] = {}
    for span in sorted(spans):
        places.setdefault(text[slice(*span)].casefold(), []).append(span)
    return [Actor(words, words, "person", mentions=tuple(found)) for words, found in places.items()]


Pair = tuple[Sequence[EntityMention], Sequence[EntityMention]]


def _mention_rows(test: str, found: Sequence[Found], *, table: AliasTable) -> Iterator[list[Cell]]:
    for system in (MODEL, CAPITALS):
        names = [_gum_pair(item, system, kinds=("name",), table=table) for item in found]
        exact = _pooled(names, borders="exact")
        yield _row(test, "names", system, _all(exact))
        yield _row(test, "names, same name", system, _all(_pooled(names, borders="name")))
        if test != "all":
            continue
        yield from (_row(test, f"names: {type}", system, exact[type]) for type in TYPES)
        yield _row(test, "names, places left open", system, _all(_pooled(_open(names), borders="exact")))
        yield _row(test, "names, places left open, same name", system, _all(_pooled(_open(names), borders="name")))
        yield _row(test, "names, any type", system, exact["any"])
        yield _row(test, "names, overlap", system, _all(_pooled(names, borders="overlap")))
        if system == MODEL:
            both = [_gum_pair(item, system, kinds=("name", "nominal"), table=table) for item in found]
            yield _row(test, "names and descriptions", system, _all(_pooled(_open(both), borders="exact")))
            pronouns = [_gum_pair(item, system, kinds=("pronoun",), table=table) for item in found]
            yield _row(test, "pronouns", system, _all(_pooled(pronouns, borders="exact")))


def _gum_pair(item: Found, system: str, *, kinds: Sequence[str], table: AliasTable) -> Pair:
    of_places = {mention.span: mention.kind for mention in reversed(item.gold)}
    predicted = predicted_mentions(words_of(item.document), item.actors[system], kinds=of_places, table=table)
    gold = outermost([mention for mention in item.gold if mention.kind in kinds])
    return gold, [mention for mention in predicted if mention.kind in kinds]


def _open(pairs: Sequence[Pair]) -> list[Pair]:
    """Return pairs in which no place is missing."""
    return [
        ([replace(one, optional=True) if one.type == "place" else one for one in gold], predicted)
        for gold, predicted in pairs
    ]


def _wnut17_pair(
    document: Document, names: Sequence[wnut17.WnutName], actors: Sequence[Actor], *, table: AliasTable
) -> Pair:
    spans = {Span(name.start, name.end): name.type for name in names}
    gold = [
        EntityMention(span, name_place(document.text, span, person=type == "person", table=table), WNUT17_TYPES[type])
        for span, type in spans.items()
        if type in WNUT17_TYPES
    ]
    predicted = predicted_mentions(words_of(document), actors, kinds=dict.fromkeys(spans, "name"), table=table)
    judged = [
        mention
        for mention in predicted
        if mention.kind == "name" or any(mention.span.start < end and start < mention.span.end for start, end in spans)
    ]
    return gold, judged


WNUT17_TYPES: Final = {
    "person": "person",
    "location": "place",
    "group": "organization",
    "corporation": "organization",
}


def _pooled(pairs: Sequence[Pair], *, borders: Borders) -> dict[str, Counts]:
    totals = dict.fromkeys((*TYPES, "any"), Counts())
    for gold, predicted in pairs:
        for type, counts in count_mentions(gold, predicted, borders=borders).items():
            totals[type] += counts
    return totals


def _all(counted: dict[str, Counts]) -> Counts:
    return sum((counted[type] for type in TYPES), Counts())


def _cluster_rows(test: str, found: Sequence[Found], *, table: AliasTable) -> Iterator[list[Cell]]:
    gold = [cluster for item in found for cluster in item.clusters]
    count = sum(len(cluster) > 1 for cluster in gold)

    def rows(task: str, system: str, scores: CoreferenceScores) -> Iterator[list[Cell]]:
        if test == "all" and system == MODEL:
            for name in METRICS:
                yield [test, f"{task}, {name}", system, *scores.metrics[name], count]
        yield [test, f"{task}, CoNLL", system, None, None, scores.conll, count]

    for system in (MODEL, CAPITALS):
        clusters = _clusters((item.document, item.actors[system]) for item in found)
        yield from rows("coreference end to end", system, coreference_scores(gold, clusters))
    by_name = [cluster for item in found for cluster in _by_name(item, table=table)]
    yield [test, "coreference, same name, CoNLL", MODEL, None, None, coreference_scores(gold, by_name).conll, count]
    for system in (MODEL, ALIKE):
        clusters = _clusters((item.document, item.linked[system]) for item in found)
        yield from rows("coreference given", system, coreference_scores(gold, clusters))
    alone = [frozenset({mention}) for cluster in gold for mention in cluster]
    yield [test, "coreference given, CoNLL", ALONE, None, None, coreference_scores(gold, alone).conll, count]


def _clusters(linked: Iterable[tuple[Document, Sequence[Actor]]]) -> list[Cluster]:
    return [
        frozenset((document.id, span) for span in actor.mentions) for document, actors in linked for actor in actors
    ]


def _by_name(item: Found, *, table: AliasTable) -> list[Cluster]:
    """Return the model's clusters with gold's borders where a mention has the same name as one of gold's."""
    places: dict[Span, Span] = {}
    for mention in sorted(item.gold, key=lambda one: one.span.end - one.span.start):
        places.setdefault(mention.name, mention.span)
    exact = {mention.span for mention in item.gold}

    def place(actor: Actor, span: Span) -> Span:
        person = actor.type in ("person", "group")
        name = name_place(item.document.text, span, person=person, table=table)
        return span if span in exact else places.get(name, span)

    return [
        frozenset((item.document.id, place(actor, span)) for span in actor.mentions) for actor in item.actors[MODEL]
    ]


def _row(test: str, task: str, system: str, counts: Counts) -> list[Cell]:
    return [test, task, system, counts.precision, counts.recall, counts.f1, round(counts.gold)]
