"""The quantities that can be estimated, each with its definition, and what every article adds to them.

Each is a ratio of two sums over articles, so that the article is the unit all over: what an article adds to the
numerator and to the denominator is all that a bootstrap or a permutation of whole articles needs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from stance.compare.rows import Tables
from stance.errors import ConfigError, Problem, nearest
from stance.labels import DOCUMENT_STANCES, UNIT_TYPES, VOICES

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimand:
    """A quantity: what it says, in which unit, its least and greatest value, and whether it is about an actor."""

    definition: str
    unit: str
    low: float
    high: float
    of_actor: bool


ESTIMANDS: Final[Mapping[str, Estimand]] = {
    "stance": Estimand(
        "mean of the author's score toward the actor, over articles that list the actor and do not abstain",
        "-1 (against) to 1 (favor)",
        *(-1.0, 1.0, True),
    ),
    **{
        f"share_{label}": Estimand(
            f"share of articles whose author's stance toward the actor is {label}, of those that list the actor and do "
            "not abstain",
            "0 to 1",
            *(0.0, 1.0, True),
        )
        for label in DOCUMENT_STANCES
    },
    "mentioned": Estimand("share of all articles that mention the actor", "0 to 1", *(0.0, 1.0, True)),
    "mentions": Estimand(
        "mentions of the actor in all articles for each 1000 words of all articles",
        "1/1000 words",
        *(0.0, math.inf, True),
    ),
    "quoted": Estimand(
        "(favor - against) / (favor + against) over the opinions of sources toward the actor; articles are clusters",
        "-1 (against) to 1 (favor)",
        *(-1.0, 1.0, True),
    ),
    **{
        voice: Estimand(
            f"mean over articles of the share of {voice} by character, of characters that have a voice",
            *("0 to 1", 0.0, 1.0, False),
        )
        for voice in VOICES
    },
    **{
        f"units_{kind}": Estimand(
            f"share of {kind} among all argument units; articles are clusters", "0 to 1", *(0.0, 1.0, False)
        )
        for kind in UNIT_TYPES
    },
}
"""All estimands by name."""


@dataclass(frozen=True, slots=True)
class Values:
    """What the articles add, one row an article in the order of `Tables.articles`, one column an actor.

    An article's `weight` is multiplied in. Only rows whose denominator is over 0 belong to the estimand's population.

    numerator: (N, K).
    denominator: (N, K); or (N, 1), if it is the same for all actors.
    abstained: (N, K) weights of the articles that list the actor and abstain; None where nothing can abstain.
    actors: (K,) keys; one None where the estimand is about no actor.
    """

    estimand: Estimand
    numerator: csr_array
    denominator: csr_array
    abstained: csr_array | None
    actors: tuple[str | None, ...]


def find_estimand(name: str) -> Estimand:
    """Return an estimand by its name.

    Raises:
        ConfigError: there is none of that name.
    """
    if name not in ESTIMANDS:
        wish = f"one of {', '.join(ESTIMANDS)}"
        raise ConfigError(
            Problem("estimand", f"{name!r}{nearest(name, ESTIMANDS)}", wish=wish, cure="choose one of them")
        )
    return ESTIMANDS[name]


def values(tables: Tables, name: str, *, actors: Sequence[str]) -> Values:
    """Return what each article adds to an estimand, for each of the actors (keys; not looked at if it is about none).

    Raises:
        ConfigError: there is no such estimand.
    """
    estimand = find_estimand(name)
    articles = tables.articles
    weight = articles["weight"].to_numpy(float)
    if not estimand.of_actor:
        numerator, denominator = _of_articles(articles, name)
        known = np.isfinite(numerator) & np.isfinite(denominator)
        return Values(
            estimand,
            _column(np.where(known, weight * numerator, 0.0)),
            _column(np.where(known, weight * denominator, 0.0)),
            None,
            (None,),
        )
    place = _Places(tables, actors)
    authors = place.of(tables.rows[tables.rows["holder_kind"] == "author"])
    if name in ("mentioned", "mentions"):
        annotated = np.isfinite(articles["actors"].to_numpy(float))
        of = annotated * (1.0 if name == "mentioned" else articles["words"].to_numpy(float))
        mentions = authors["mentions"].to_numpy(float)
        found = (mentions > 0) * 1.0 if name == "mentioned" else 1000 * mentions
        return Values(estimand, place.matrix(authors, found), _column(weight * of), None, tuple(actors))
    if name == "quoted":
        said = place.of(tables.rows[tables.rows["holder_kind"] == "source"])
        favor, against = said["favor"].to_numpy(float), said["against"].to_numpy(float)
        numerator, denominator = place.matrix(said, favor - against), place.matrix(said, favor + against)
        return Values(estimand, numerator, denominator, None, tuple(actors))
    held, silent = authors[~authors["abstained"]], authors[authors["abstained"]]
    is_label = (held["stance"] == name.removeprefix("share_")).to_numpy(float)
    scores = held["score"].to_numpy(float) if name == "stance" else is_label
    return Values(
        estimand,
        place.matrix(held, scores),
        place.matrix(held, np.ones(len(held))),
        place.matrix(silent, np.ones(len(silent))),
        tuple(actors),
    )


def of_actors(values: Values, chosen: slice | NDArray[np.int64]) -> Values:
    """Return the values of some of the actors, by a slice or their places."""
    shared = values.denominator.shape[1] != values.numerator.shape[1]
    denominator = values.denominator if shared else values.denominator[:, chosen]
    abstained = None if values.abstained is None else values.abstained[:, chosen]
    actors = tuple(values.actors[place] for place in np.arange(len(values.actors))[chosen])
    return Values(values.estimand, values.numerator[:, chosen], denominator, abstained, actors)


def _of_articles(articles: pd.DataFrame, name: str) -> tuple[Floats, Floats]:
    if name in VOICES:
        share = articles[f"share_{name}"].to_numpy(float)
        return share, np.ones(len(articles))
    return articles[name].to_numpy(float), articles["units"].to_numpy(float)


class _Places:
    """Where the rows of a table stand in a matrix of articles and actors."""

    def __init__(self, tables: Tables, actors: Sequence[str]) -> None:
        import pandas

        self._articles = pandas.Index(tables.articles["document"])
        self._actors = pandas.Index(list(actors), dtype=object)
        self._weight = tables.articles["weight"].to_numpy(float)

    def of(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of our actors with their places in two further columns."""
        ours = rows[rows["actor"].isin(self._actors)]
        return ours.assign(
            _article=self._articles.get_indexer(ours["document"]), _actor=self._actors.get_indexer(ours["actor"])
        )

    def matrix(self, rows: pd.DataFrame, cells: Floats) -> csr_array:
        """Return (N, K) with the cells, one a row, times the articles' weights; what falls on one place is added."""
        from scipy.sparse import coo_array

        article, actor = rows["_article"].to_numpy(np.int64), rows["_actor"].to_numpy(np.int64)
        shape = (len(self._articles), len(self._actors))
        return coo_array((cells * self._weight[article], (article, actor)), shape=shape).tocsr()


def _column(cells: Floats) -> Any:
    from scipy.sparse import csr_array

    return csr_array(cells[:, None])
