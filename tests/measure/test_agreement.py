"""Agreement: published examples, properties of the coefficients, and decisions that rebuild either annotation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.corpora import gold
from stance.document import Actor, Attribution, Document, Source, Span, Stance, VoiceSpan
from stance.errors import ConfigError, DataError, InputError
from stance.measure.adjudication import Verdict, adjudicate, build, read_verdicts
from stance.measure.agreement import agreement
from stance.measure.coefficients import Segment, kappa, nominal_alpha, unit_alpha
from stance.measure.disagreements import disagreements
from stance.measure.joining import join

TEXT = "The mayor lied, critics say. Ferries run late. The mayor is a disgrace to the port. Holt should go."
SENTENCES = (Span(0, 28), Span(29, 46), Span(47, 83), Span(84, 99))
MAYOR = Actor("a0", "Mayor", "person", mentions=(Span(0, 9), Span(47, 56)), stance="against")

ONE = Document(
    "ferry",
    TEXT,
    sentences=SENTENCES,
    voice=(
        VoiceSpan(0, 28, "attributed"),
        VoiceSpan(29, 46, "fact"),
        VoiceSpan(47, 83, "opinion"),
        VoiceSpan(84, 99, "opinion"),
    ),
    attributions=(Attribution((Span(0, 28),), source=Span(16, 23)),),
    actors=(MAYOR, Actor("a1", "critics", "group", mentions=(Span(16, 23),), stance="neutral")),
    stances=(
        Stance("a1", "a0", "against", 10, 14, mention=Span(0, 9)),
        Stance("author", "a0", "against", 62, 70, mention=Span(47, 56)),
    ),
)
OTHER = replace(
    ONE,
    voice=(
        VoiceSpan(0, 28, "attributed"),
        VoiceSpan(29, 46, "opinion"),
        VoiceSpan(47, 83, "opinion"),
        VoiceSpan(84, 99, "opinion"),
    ),
    actors=(replace(MAYOR, id="b7", mentions=(*MAYOR.mentions, Span(84, 88)), stance="mixed"),),
    stances=(
        Stance(Source("critics"), "b7", "against", 4, 14, mention=Span(0, 9)),
        Stance("author", "b7", "against", 84, 98, mention=Span(84, 88)),
    ),
)


def decided(one: Document, other: Document, verdicts: Mapping[str, object]) -> Document:
    """Return the document built with verdicts by layer; those of layers that are not named are `a`."""
    joined = join(one, other)
    taken = [Verdict("here", each.id, verdicts.get(each.layer, "a")) for each in disagreements(joined)]
    return build(adjudicate([joined], taken)[0])


def test_alpha_of_labels_is_the_published_one_with_missing_labels() -> None:
    # Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", C: four observers, twelve units, nominal 0.743
    rows = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    units = Counter(tuple(None if row[at] == "." else row[at] for row in rows) for at in range(12))
    assert nominal_alpha(units) == pytest.approx(0.743, abs=0.001)


def test_fleiss_kappa_is_the_published_one() -> None:
    # Fleiss 1971 as worked in textbooks: ten subjects, fourteen raters, five categories, kappa 0.210
    table = [
        *([0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]),
        *([7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]),
    ]
    patterns: Counter[tuple[str | None, ...]] = Counter(
        tuple(name for name, count in zip("abcde", row, strict=True) for _ in range(count)) for row in table
    )
    assert kappa(patterns) == pytest.approx(0.210, abs=0.001)


def test_alpha_of_units_is_the_published_one() -> None:
    # Krippendorff 2004, Content Analysis, page 254: a continuum from 150 to 450, two observers, categories c and k
    both = [Segment(30, 90, "k"), Segment(150, 200, "k")]
    one = [Segment(75, 145, "c"), Segment(220, 250, "c"), *both]
    other = [Segment(70, 150, "c"), Segment(205, 225, "c"), Segment(250, 270, "c"), *both]
    assert unit_alpha([one, other], borders=[0, 300]) == pytest.approx(0.8591, abs=0.0005)
    only = [[unit for unit in side if unit.category == "c"] for side in (one, other)]
    assert unit_alpha(only, borders=[0, 300]) == pytest.approx(0.7286, abs=0.0001)


units = st.lists(
    st.tuples(st.integers(0, 80), st.integers(1, 19)).map(lambda two: Segment(two[0], sum(two))), min_size=1
)


@given(units, units)
def test_alpha_of_units_is_one_for_the_same_and_does_not_depend_on_the_order(
    one: list[Segment], other: list[Segment]
) -> None:
    assert unit_alpha([one, one], borders=[0, 100]) == 1
    assert unit_alpha([one, other], borders=[0, 100]) == pytest.approx(unit_alpha([other[::-1], one], borders=[0, 100]))


def test_alpha_of_units_is_about_zero_for_units_placed_at_random() -> None:
    generator = np.random.default_rng(3)

    def placed() -> list[Segment]:
        lengths = generator.integers(5, 30, 40)
        starts = np.sort(generator.integers(0, 5000 - lengths.sum(), 40)) + np.cumsum(lengths) - lengths
        return [Segment(int(start), int(start + length)) for start, length in zip(starts, lengths, strict=True)]

    found = [unit_alpha([placed(), placed()], borders=[0, 5000]) for _ in range(60)]
    assert abs(np.mean(found)) < 0.04


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_coefficients_of_labels_are_symmetric_and_one_where_all_agree(pairs: list[tuple[str, str]]) -> None:
    said: Counter[tuple[str | None, ...]] = Counter(pairs)
    turned: Counter[tuple[str | None, ...]] = Counter((two, one) for one, two in pairs)
    for coefficient in (kappa, nominal_alpha):
        assert coefficient(said) == pytest.approx(coefficient(turned), nan_ok=True)
        same = coefficient(Counter((one, one) for one, _ in pairs))
        assert same == pytest.approx(1) if len({one for one, _ in pairs}) > 1 else math.isnan(same)


def test_an_annotation_agrees_with_itself_in_every_layer() -> None:
    found = agreement([[ONE], [replace(ONE, id="ferry")]])
    assert all(one.equal == 1 for one in found.labels.values())
    assert all(one.alpha == 1 for one in found.units.values())
    assert set(found.f1.values()) == {1.0}


def test_what_differs_lowers_its_own_layer_and_the_direction_does_not_matter() -> None:
    found, turned = agreement([[ONE], [OTHER]]), agreement([[OTHER], [ONE]])
    assert found.f1 == turned.f1
    assert found.labels["voice, by sentence"].equal == 0.75
    assert found.labels["document stance"].equal == 0
    assert found.units["attribution contents"].alpha == 1
    assert found.units["mentions"].alpha < 1


def test_three_annotations_are_compared_at_once() -> None:
    found = agreement([[ONE], [OTHER], [ONE]])
    assert found.annotations == 3
    assert found.labels["voice, by sentence"].equal == pytest.approx((4 + 3 + 3) / 12)


def test_annotations_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(ConfigError, match="1 annotation"):
        agreement([[ONE]])
    with pytest.raises(DataError, match="annotation b, id 'ferry': there is no such document") as caught:
        agreement([[ONE], [replace(ONE, id="bus")]])
    assert len(caught.value.problems) == 2
    with pytest.raises(DataError, match="text differs"):
        agreement([[ONE], [replace(ONE, text=TEXT.upper())]])
    with pytest.raises(DataError, match="no layer in common"):
        agreement([[replace(ONE, actors=None, stances=None)], [Document("ferry", TEXT, actors=ONE.actors)]])


def test_only_what_differs_is_asked_with_its_words_marked() -> None:
    found = {(one.layer, one.start): one for one in disagreements(join(ONE, OTHER))}
    assert [key[0] for key in found] == ["actor", "mention", "voice", "opinion", "opinion", "document stance"]
    assert found["voice", 29].text == "[[Ferries run late]]."
    assert (found["voice", 29].a, found["voice", 29].b) == ("fact", "opinion")
    assert "[[disgrace]]" in found["opinion", 47].text and found["opinion", 47].b == "toward Mayor: nothing"
    assert ("opinion", 0) not in found  # critics, listed or not, and other evidence: the same opinion
    assert len({one.id for one in found.values()}) == len(found)


def test_verdicts_for_one_side_rebuild_it() -> None:
    assert decided(ONE, OTHER, {}) == ONE
    other = decided(ONE, OTHER, dict.fromkeys(("actor", "mention", "voice", "opinion", "document stance"), "b"))
    assert disagreements(join(other, OTHER)) == []
    assert [actor.id for actor in other.actors or ()] == ["a0"]
    assert [stance.holder for stance in other.stances or ()] == [Source("critics"), "author"]  # listed no more


def test_a_verdict_may_say_what_neither_side_says() -> None:
    reading = {"voice": "attributed", "source": "critics", "sub": [{"quote": "late", "voice": "opinion"}]}
    verdicts = {"voice": reading, "document stance": "neutral", "actor": {"type": "organization", "opinions": []}}
    document = decided(ONE, OTHER, verdicts)
    assert [(span.start, span.label) for span in document.voice or ()][1:4] == [
        (29, "attributed"),
        (41, "opinion"),
        (45, "attributed"),
    ]
    assert (document.attributions or ())[1] == Attribution((Span(29, 40),), Span(16, 23), actor="a1")
    assert [(actor.type, actor.stance) for actor in document.actors or ()] == [
        ("person", "neutral"),
        ("organization", "neutral"),
    ]


def test_an_actor_that_is_kept_takes_its_mentions_from_others() -> None:
    port = Actor("p", "port", "organization", mentions=(Span(47, 56),), stance="neutral")
    split = replace(OTHER, actors=(replace(MAYOR, id="b7", mentions=(Span(0, 9),)), port), stances=())
    kept = decided(replace(ONE, stances=()), split, {"actor": "b"})
    assert {actor.name: actor.mentions for actor in kept.actors or ()} == {
        "Mayor": (Span(0, 9),),
        "port": (Span(47, 56),),
    }


def test_verdicts_that_are_missing_unknown_doubled_or_impossible_are_all_named() -> None:
    joined = join(ONE, OTHER)
    ids = {one.layer: one.id for one in disagreements(joined)}
    lines = [
        Verdict("line 1", ids["actor"], {"opinions": [4]}),
        Verdict("line 2", ids["voice"], {"voice": "fact", "sub": [{"quote": "early", "voice": "opinion"}]}),
        Verdict("line 3", ids["mention"], "maybe"),
        Verdict("line 4", ids["document stance"], None),
        Verdict("line 5", "ferry:voice:1-2", "a"),
        Verdict("line 6", ids["voice"], "a"),
    ]
    with pytest.raises(DataError) as caught:
        adjudicate([joined], lines)
    said = "\n".join(map(str, caught.value.problems))
    for words in (
        "numbered from 1",
        "'early' stands 0 times",
        "'maybe'",
        "undecided",
        "no decision",
        "twice",
        "no verdict",
    ):
        assert words in said


def test_a_file_of_verdicts_that_is_no_json_is_refused_with_its_lines(tmp_path: Path) -> None:
    (tmp_path / "verdicts").write_text('{"id": "x", "verdict": "a"}\n\nno\n{"verdict": "a"}\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_verdicts(tmp_path / "verdicts")
    assert [problem.place.rpartition(", ")[2] for problem in caught.value.problems] == ["line 3", "line 4"]


@pytest.mark.data
def test_the_gold_that_was_annotated_twice_is_rebuilt_from_verdicts_for_either_side(data_folder: Path) -> None:
    sides = [list(gold.read(data_folder, split=split)) for split in ("test-first", "test-second")]
    for pair in zip(*(side[:6] for side in sides), strict=True):
        joined = join(*pair)
        for letter, side in zip("ab", pair, strict=True):
            taken = [Verdict("here", one.id, letter) for one in disagreements(joined)]
            assert disagreements(join(build(adjudicate([joined], taken)[0]), side)) == []
