"""Small collections whose estimates are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from stance.document import Actor, Document, Meta, Span

Scores = Mapping[str, Sequence[float | None]]


@pytest.fixture
def articles() -> Callable[..., list[Document]]:
    """Return a maker of documents: for each outlet the author's scores toward Ann, one an article (None: abstention).

    A score of NaN is an article that does not mention her. `dates` are given to the articles of each outlet in turn.
    """

    def make(scores: Scores, *, dates: Sequence[str | None] = (None,)) -> list[Document]:
        documents = []
        for outlet, given in scores.items():
            for place, score in enumerate(given):
                stance = None if score is None else "favor" if score > 0.2 else "against" if score < -0.2 else "neutral"
                actor = Actor("a1", "Ann", "person", mentions=(Span(0, 3),), stance=stance, score=score)
                mentioned = score is None or score == score
                meta = Meta(outlet=outlet, date=dates[place % len(dates)])
                text = "Ann won the vote." if mentioned else "Nobody won the vote."
                documents.append(
                    Document(f"{outlet}-{place}", text, meta, actors=(actor,) if mentioned else (), stances=())
                )
        return documents

    return make
