"""A user's actors are found by their names, whatever the model sees, and are the only ones where that is asked."""

import random
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import stance
from stance.actors.aliases import load_aliases
from stance.actors.matching import alias_finder
from stance.actors.own import OwnActor, lay_over
from stance.document import Actor, Document, Span, from_json, to_json
from stance.errors import ConfigError, DataError
from stance.predict.pipeline import Pipeline

if TYPE_CHECKING:
    from stance.model.checkpoint import Checkpoint

TEXT = (
    "The Afghan government said that the Taliban had broken the ceasefire. Critics of Zed Quux, she wrote, "
    "are wrong about taxes. Ann Li praised the report; the Taliban called it “a shameful failure”. "
    "Nobody in Kabul believes what Moscow promises, according to Quux of the R+ Group. President Ann Li left."
)
OWN = [
    OwnActor("Zed Quux", "person", ("Quux",), link="x:1"),
    OwnActor("R+ Group", "organization"),
    OwnActor("Ann Li", "person", group="opposition"),
    OwnActor("Talibs", "group", ("Taliban",), link="wikidata:Q42418"),
]
PLACES = {
    "Zed Quux": ["Zed Quux", "Quux"],
    "R+ Group": ["R+ Group"],
    "Ann Li": ["Ann Li", "Ann Li"],
    "Talibs": ["Taliban", "Taliban"],
}


def with_own(pipeline: Pipeline, *, only: bool) -> Pipeline:
    made = lay_over(load_aliases(), OWN)
    return replace(pipeline, table=made.table, finder=alias_finder(made), only=only)


def own_actors(document: Document) -> dict[str, Actor]:
    return {actor.name: actor for actor in document.actors or () if actor.name in PLACES}


@pytest.mark.parametrize("others", ["beside others", "only"])
def test_each_place_of_an_alias_is_a_mention_of_its_actor(tiny_pipeline: Pipeline, others: str) -> None:
    document = with_own(tiny_pipeline, only=others == "only")(TEXT)
    found = own_actors(document)
    assert {name: (actor.type, actor.link) for name, actor in found.items()} == {
        "Zed Quux": ("person", "x:1"),
        "R+ Group": ("organization", None),
        "Ann Li": ("person", None),
        "Talibs": ("group", "wikidata:Q42418"),
    }
    for name, forms in PLACES.items():
        words = [TEXT[span.start : span.end] for span in found[name].mentions]
        assert len(words) >= len(forms)
        at = 0
        for form in forms:
            start = TEXT.index(form, at)
            at = start + len(form)
            assert any(span.start <= start and at <= span.end for span in found[name].mentions), (name, words)
        assert found[name].score is not None
    assert to_json(from_json(to_json(document))) == to_json(document)


def test_with_only_there_are_no_other_actors_stances_and_speakers(tiny_pipeline: Pipeline) -> None:
    pipeline = with_own(tiny_pipeline, only=True)
    document, whole = pipeline(TEXT), replace(pipeline, only=False)(TEXT)
    assert {actor.name for actor in document.actors or ()} == set(PLACES)
    ids = [actor.id for actor in document.actors or ()]
    assert ids == [f"a{place}" for place in range(len(ids))]
    assert {actor.name for actor in whole.actors or ()} > set(PLACES), "the model finds others, or this tests nothing"
    assert document.stances and {opinion.actor for opinion in document.stances} <= set(ids)
    assert {one.holder for one in document.stances if isinstance(one.holder, str)} <= {"author", *ids}
    assert {item.actor for item in document.attributions or ()} <= {None, *ids}
    assert len(document.attributions or ()) == len(whole.attributions or ())
    spans = {actor.name: (actor.mentions, actor.stance, actor.score) for actor in whole.actors or ()}
    for actor in document.actors or ():
        assert (actor.mentions, actor.stance, actor.score) == spans[actor.name]


def test_other_actors_speak_without_an_id(tiny_pipeline: Pipeline) -> None:
    pipeline = with_own(tiny_pipeline, only=True)
    names = {actor.id: actor.name for actor in pipeline(TEXT).actors or ()}
    whole = replace(pipeline, only=False)(TEXT)
    others = {actor.id: actor.name for actor in whole.actors or ()}
    speakers = [names.get(item.actor or "") for item in pipeline(TEXT).attributions or ()]
    expected = [others.get(item.actor or "") for item in whole.attributions or ()]
    assert speakers == [name if name in PLACES else None for name in expected]


def test_given_actors_are_taken_before_the_users(tiny_pipeline: Pipeline) -> None:
    given = [Actor("t", "Taxes", "group", mentions=(Span(TEXT.index("taxes"), TEXT.index("taxes") + 5),))]
    document = with_own(tiny_pipeline, only=True).predict([Document("a", TEXT)], given=[given])[0]
    assert [actor.id for actor in document.actors or ()] == ["t"]


def test_a_text_of_names_alone_and_one_without_are_predicted(tiny_pipeline: Pipeline) -> None:
    pipeline = with_own(tiny_pipeline, only=True)
    for text in ("Quux", "", "\u200b", "Quux " * 400, "Nobody."):
        document = pipeline(text)
        assert sum(len(actor.mentions) for actor in document.actors or ()) == text.count("Quux")


def test_load_takes_a_file_of_actors(tiny_checkpoint: "Checkpoint", tmp_path: Path) -> None:
    from stance.model.checkpoint import save_checkpoint

    save_checkpoint(tiny_checkpoint, tmp_path / "m", extras={})
    path = tmp_path / "actors.csv"
    path.write_text("name,type,aliases\nZed Quux,person,Quux\n", encoding="utf-8")
    for actors in (path, str(path), [OwnActor("Zed Quux", "person", ("Quux",))]):
        document = stance.load(tmp_path / "m", actors=actors, only_actors=True)(TEXT)
        (actor,) = document.actors or ()
        assert actor.name == "Zed Quux"
        for at in (TEXT.index("Quux"), TEXT.rindex("Quux")):
            assert any(span.start <= at < span.end for span in actor.mentions)
    with pytest.raises(DataError, match="no such file"):
        stance.load(tmp_path / "m", actors=tmp_path / "none.csv")
    with pytest.raises(ConfigError, match="only_actors"):
        stance.load(tmp_path / "m", only_actors=True)


@pytest.mark.slow
def test_ten_thousand_actors_with_four_aliases_slow_prediction_by_less_than_a_tenth() -> None:
    seeds = Path(__file__).parents[2] / "seeds" / "op-eds"
    texts = [path.read_text(encoding="utf-8") for path in sorted(seeds.glob("*.md"))]
    words = sorted({word for text in texts for word in text.split()})
    draw = random.Random(0)
    own = [
        OwnActor(
            f"{draw.choice(words)} X{at}",
            "person",
            tuple(f"{draw.choice(words)} {draw.choice(words)} Y{at}n{number}" for number in range(4)),
        )
        for at in range(10_000)
    ]
    documents = [Document(str(place), text) for place, text in enumerate(texts)]
    pipelines = {"without": stance.load(), "with": stance.load(actors=own)}
    least = dict.fromkeys(pipelines, float("inf"))
    for _ in range(4):  # in turns, and the quickest of each: others may use the machine
        for name, pipeline in pipelines.items():
            began = time.process_time()
            list(pipeline.pipe(documents))
            least[name] = min(least[name], time.process_time() - began)
    assert least["with"] < 1.1 * least["without"], least
