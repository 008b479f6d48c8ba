"""GUM: texts of many genres with every mention of every entity, coreference and Wikidata links.

Zeldes (LREV 2017); links by Lin and Zeldes (LAW 2021). Annotations CC BY 4.0, texts on terms of their own by genre.
Read from the WebAnno TSV 3.2 files; the text in these is cut into tokens and is put together again here.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stance.corpora.detokenize import detokenize
from stance.corpora.folders import broken, require_paths, require_split
from stance.document import Actor, Document, Meta, Span
from stance.errors import DataError

CORPUS: Final = "gum"

SPLITS: Final = ("train", "dev", "test", "test2")

NONCOMMERCIAL: Final = frozenset({"essay", "fiction", "letter", "podcast", "reddit", "whow"})
"""Genres whose texts are CC BY-NC-SA, or for non-commercial use only (gum/LICENSE.txt).

That file says nothing of conversation, speech, textbook and vlog, and of the genres of test2; the other genres are CC
BY or CC BY-SA.
"""

IDENTITY: Final = frozenset({"ana", "appos", "cata", "coref", "disc", "pred"})
"""Relations between mentions of one entity; `bridge:...` is none (a part, a possession, a sum)."""

SINGULAR_PRONOUNS: Final = frozenset(re.findall(r"\w+", "i me my mine myself he him his himself she her hers herself"))
PLURAL_PRONOUNS: Final = frozenset(
    re.findall(r"\w+", "we us our ours ourselves they them their theirs themselves these those")
)
OTHER_PRONOUNS: Final = frozenset(
    re.findall(
        r"\S+",
        "you your yours yourself yourselves it its itself themself who whom whose which what that this one oneself "
        "'s ’s y'all u ya 'em ’em everyone everybody someone somebody anyone anybody nobody there here both all "
        "some many few none others",
    )
)

_AFTER_HEAD: Final = frozenset({"who", "whom", "whose", "that", "which", ",", "(", "—", "–", "--", ":", ";"})
_PREPOSITIONS: Final = frozenset(
    {"of", "in", "from", "for", "with", "on", "at", "to", "about", "against", "by", "like"}
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GumMention:
    """A mention with what GUM says of it: its `type` is one of GUM's ten (`person`, `place`, `abstract`, ...).

    GUM's mentions are whole noun phrases; without the genitive ending, one runs from `start` to `end`, and to
    `core_end` without what follows its head ("the president" of "the president, who had left"). `kind` is `name`,
    `nominal` or `pronoun`, guessed here from the words; mentions of one entity share the `cluster`; `link` is the
    entity's Wikidata id.
    """

    start: int
    end: int
    core_end: int
    type: str
    kind: str
    cluster: int
    link: str | None


def read(folder: Path, *, split: str, genres: Collection[str] | None = None) -> Iterator[Document]:
    """Give the documents with sentences, and as actors those entities that can be one, in the order of the text.

    A person is `person`, or `group` where it is plural by its pronouns or its head; an organization stays one; a place
    is a `country` if Wikidata knows it (which towns are, too), for a room or a street is no actor. All other entities
    are left out; `mentions` has them. An actor is called by its longest mention that is a name (its core), otherwise
    by its first mention.

    Args:
        folder: the data root, with `gum/coref/tsv` below it.
        split: one of `SPLITS`, by the corpus's splits.md; what is in none of them there is `train`.
        genres: which to give (`news`, `speech`, ...). All when None, except that train leaves out `NONCOMMERCIAL`.

    Raises:
        DataError: no such split, genre or file, or a line that breaks the format.
    """
    return (document for document, _ in mentions(folder, split=split, genres=genres))


def mentions(
    folder: Path, *, split: str, genres: Collection[str] | None = None
) -> Iterator[tuple[Document, tuple[GumMention, ...]]]:
    """Give each document as `read` does, with all the mentions of all its entities, sorted by place.

    Raises:
        DataError: as `read`.
    """
    require_split(split, SPLITS, corpus=CORPUS)
    root = folder / CORPUS
    require_paths([root / "coref" / "tsv", root / "coref" / "wiki_map.tab", root / "splits.md"], corpus=CORPUS)
    splits = _splits((root / "splits.md").read_text(encoding="utf-8"))
    paths = sorted((root / "coref" / "tsv").glob("*.tsv"))
    known = {_genre(path) for path in paths} | NONCOMMERCIAL
    for genre in genres or ():
        require_split(genre, sorted(known), corpus=f"{CORPUS}, genres")
    if genres is None:
        genres = known - NONCOMMERCIAL if split == "train" else known
    chosen = [path for path in paths if splits.get(path.stem, "train") == split and _genre(path) in genres]
    return _documents(chosen, links=_links(root / "coref" / "wiki_map.tab"))


def _documents(paths: Sequence[Path], *, links: Mapping[str, str]) -> Iterator[tuple[Document, tuple[GumMention, ...]]]:
    for path in paths:
        sentences = _sentences(path)
        words = [token.word for sentence in sentences for token in sentence]
        if sum(set(word) == {"_"} for word in words) > len(words) / 2:
            _log.debug("gum: %s has underscores for its words and is left out", path.stem)
            continue
        yield _document(path, sentences, links=links)


def _splits(markdown: str) -> dict[str, str]:
    split, places = "train", {}
    for line in markdown.splitlines():
        if line.startswith("## "):
            split = line[3:].strip()
        elif line.strip().startswith("* "):
            places[line.strip()[2:]] = split
    return places


def _genre(path: Path) -> str:
    """Return `news` of `GUM_news_nasa.tsv`."""
    return path.stem.split("_")[1]


def _links(path: Path) -> dict[str, str]:
    """Return the Wikidata id of each title that the column `identity` uses."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {row[0]: row[2] for row in rows if len(row) > 2}


@dataclass(frozen=True, slots=True)
class _Token:
    """A token: its word, the mentions over it as (id, type, title), and its relations of identity as pairs of ids."""

    word: str
    mentions: tuple[tuple[str, str, str | None], ...]
    pairs: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Entry:
    """A mention while it is gathered from its tokens, by their place in the document."""

    type: str
    title: str | None
    tokens: list[int] = field(default_factory=list)


def _sentences(path: Path) -> list[list[_Token]]:
    sentences: list[list[_Token]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if line.startswith("#Text="):
            sentences.append([])
        elif line and not line.startswith("#"):
            columns = line.split("\t")
            if len(columns) < 10 or not sentences:
                wish = "a token with its ten columns, below a line #Text="
                raise DataError(broken(f"{path}, line {number}", f"{line[:60]!r}", wish=wish, corpus=CORPUS))
            sentences[-1].append(_token(columns))
    return [sentence for sentence in sentences if sentence]


def _token(columns: Sequence[str]) -> _Token:
    """Read one line: `3-19 167-168 Australia place[20]|place[21] ... Sydney[20]|Australia[21] ... coref 4-1[27_21]`."""
    alone = f"token {columns[0]}"  # WebAnno leaves out the number of a mention that is one token with no other over it
    titles = {number or alone: title for title, number in map(_numbered, _split(columns[6]))}
    spans = tuple(
        (number or alone, type, titles.get(number or alone)) for type, number in map(_numbered, _split(columns[3]))
    )
    pairs = []
    for relation, target in zip(_split(columns[8]), _split(columns[9]), strict=False):
        if relation in IDENTITY:
            place, _, numbers = target.removesuffix("]").partition("[")
            other, _, own = numbers.partition("_")
            pairs.append((alone if own in ("", "0") else own, f"token {place}" if other in ("", "0") else other))
    return _Token(columns[2], spans, tuple(pairs))


def _split(column: str) -> list[str]:
    return [] if column in ("_", "") else column.split("|")


def _numbered(value: str) -> tuple[str, str]:
    """Return the value and the number of the mention: `person[5]` is person, 5."""
    found = re.fullmatch(r"(.*)\[(\d+)\]", value)
    return (found[1], found[2]) if found else (value, "")


def _document(
    path: Path, sentences: Sequence[Sequence[_Token]], *, links: Mapping[str, str]
) -> tuple[Document, tuple[GumMention, ...]]:
    text, places = detokenize([[token.word for token in sentence] for sentence in sentences])
    tokens = [token for sentence in sentences for token in sentence]
    first_tokens = {sum(map(len, sentences[:number])) for number in range(len(sentences))}
    entries: dict[str, _Entry] = {}
    for number, token in enumerate(tokens):
        for id, type, title in token.mentions:
            entries.setdefault(id, _Entry(type, title)).tokens.append(number)
    clusters = _clusters(entries, [pair for token in tokens for pair in token.pairs])
    titles: dict[int, str] = {}
    for id, entry in entries.items():
        if entry.title is not None:
            titles.setdefault(clusters[id], entry.title)
    lower = {token.word for token in tokens if token.word.islower()}
    found = []
    for id, entry in entries.items():
        numbers = entry.tokens[:-1] if _is_genitive([tokens[number].word for number in entry.tokens]) else entry.tokens
        words = [tokens[number].word for number in numbers]
        kind = mention_kind(words, opens_sentence=numbers[0] in first_tokens, common_words=lower)
        link = links.get(titles.get(clusters[id], ""))
        start, end = places[numbers[0]].start, places[numbers[-1]].end
        core_end = places[numbers[core_length(words) - 1]].end
        found.append((GumMention(start, end, core_end, entry.type, kind, clusters[id], link), words))
    found.sort(key=lambda pair: (pair[0].start, -pair[0].end))
    borders = []
    first = 0
    for sentence in sentences:
        borders.append(Span(places[first].start, places[first + len(sentence) - 1].end))
        first += len(sentence)
    meta = Meta(more={"genre": _genre(path)})
    document = Document(path.stem, text, meta, sentences=tuple(borders), actors=_actors(text, found))
    return document, tuple(mention for mention, _ in found)


def _clusters(entries: Mapping[str, _Entry], pairs: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the cluster of each mention: what relations of identity connect, numbered by first appearance."""
    parent = {id: id for id in entries}

    def root(id: str) -> str:
        while parent[id] != id:
            id = parent[id]
        return id

    for one, other in pairs:
        if one in parent and other in parent:
            parent[root(other)] = root(one)
    numbers: dict[str, int] = {}
    return {id: numbers.setdefault(root(id), len(numbers)) for id in entries}


def _actors(text: str, found: Sequence[tuple[GumMention, Sequence[str]]]) -> tuple[Actor, ...]:
    members: dict[int, list[tuple[GumMention, Sequence[str]]]] = {}
    for mention, words in found:
        members.setdefault(mention.cluster, []).append((mention, words))
    actors: list[Actor] = []
    for cluster in members.values():
        type = _actor_type(cluster)
        if type is None:
            continue
        spans = [Span(mention.start, mention.end) for mention, _ in cluster]
        cores = [Span(mention.start, mention.core_end) for mention, _ in cluster if mention.kind == "name"]
        name = max(cores, key=lambda span: span.end - span.start) if cores else spans[0]
        link = next((mention.link for mention, _ in cluster if mention.link), None)
        actors.append(Actor(f"a{len(actors)}", text[name.start : name.end], type, link=link, mentions=tuple(spans)))
    return tuple(actors)


def _actor_type(cluster: Sequence[tuple[GumMention, Sequence[str]]]) -> str | None:
    """Return our type of an entity, by the type that most of its mentions have in GUM; None: it is no actor."""
    type = Counter(mention.type for mention, _ in cluster).most_common(1)[0][0]
    if type == "organization":
        return "organization"
    if type == "place":
        return "country" if any(mention.link for mention, _ in cluster) else None
    if type != "person":
        return None
    pronouns = {words[0].lower() for mention, words in cluster if mention.kind == "pronoun"}
    if pronouns & SINGULAR_PRONOUNS or any(mention.link for mention, _ in cluster):
        return "person"
    heads = [_head(words).lower() for mention, words in cluster if mention.kind == "nominal"]
    return "group" if pronouns & PLURAL_PRONOUNS or any(map(_is_plural, heads)) else "person"


def _is_plural(head: str) -> bool:
    irregular = {"people", "men", "women", "children", "folks", "police", "both", "others", "many", "some", "few"}
    return head in irregular or (head.endswith("s") and not head.endswith(("ss", "us", "is")))


def _is_genitive(words: Sequence[str]) -> bool:
    return len(words) > 1 and words[-1] in ("'s", "’s", "'", "’")


def core_length(words: Sequence[str]) -> int:
    """Return how many words of a noun phrase go up to its head: a comma, a preposition or a relative word ends it.

    A preposition inside a name does not end it.

    >>> core_length(["the", "president", "of", "Peru", ",", "who", "left"])
    2
    >>> core_length(["the", "University", "of", "Lima"])
    4
    """
    for place, word in enumerate(words[1:], start=1):
        named = words[place - 1][:1].isupper() and any(after[:1].isupper() for after in words[place + 1 : place + 3])
        if word.lower() in _AFTER_HEAD or (word.lower() in _PREPOSITIONS and not named):
            return place
    return len(words)


def _head(words: Sequence[str]) -> str:
    """Return the last word of the phrase's core."""
    core = [word for word in words[: core_length(words)] if any(map(str.isalnum, word))]
    return core[-1] if core else words[0]


def mention_kind(words: Sequence[str], *, opens_sentence: bool, common_words: Collection[str]) -> str:
    """Return `pronoun`, `name` or `nominal`, guessed: GUM does not say.

    A mention is a pronoun if it is one word of a closed list, and a name if its head begins with a capital; a single
    word that opens a sentence only counts as capital if the document does not have it in small letters
    (`common_words`).

    >>> mention_kind(["the", "President", "of", "Peru"], opens_sentence=False, common_words=set())
    'name'
    >>> mention_kind(["Parents"], opens_sentence=True, common_words={"parents"})
    'nominal'
    """
    if len(words) == 1 and words[0].lower() in SINGULAR_PRONOUNS | PLURAL_PRONOUNS | OTHER_PRONOUNS:
        return "pronoun"
    head = _head(words)
    if not head[:1].isupper() or (opens_sentence and head == words[0] and head.lower() in common_words):
        return "nominal"
    return "name"
