"""Adjudicate the test op-eds, which were annotated twice: write what to decide, then the decided stand-off gold.

    python scripts/adjudicate_gold.py --data data --disagreements decisions/
    python scripts/adjudicate_gold.py --data data --verdicts decisions/ -o adjudicated/

The first writes `disagreements-ID.jsonl` for each op-ed; a reader sets each line's `verdict` to one of its `choices`.
The second reads all `*.jsonl` of that folder and writes `ID.json` for each op-ed, in the format of `seeds/gold/`. What
both annotations say stays as the first has it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stance.corpora import gold
from stance.corpora.folders import GOLD
from stance.document import Source
from stance.errors import DataError, InputError, OutputError, Problem, StanceError
from stance.formats.atomic import writing
from stance.measure.adjudication import Decided, adjudicate, build, read_verdicts
from stance.measure.disagreements import disagreements, write_disagreements
from stance.measure.joining import Joined, join
from stance.measure.pairing import paired


def main(arguments: Sequence[str] | None = None) -> int:
    """Write decisions or decided files; return 0, or 2 for a mistake of the user's."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, prog="adjudicate_gold.py"
    )
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder of the public corpora (default: data)")
    parser.add_argument("--gold", type=Path, default=GOLD, help="folder of the stand-off files")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--disagreements", type=Path, metavar="DIR", help="folder to write the decisions to")
    what.add_argument("--verdicts", type=Path, metavar="DIR", help="folder of the decisions, decided")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="folder to write the stand-off gold to")
    parsed = parser.parse_args(arguments)
    if (parsed.verdicts is None) != (parsed.output is None):
        parser.error("--verdicts and -o go together")
    try:
        sides = [list(gold.read(parsed.data, split=split, gold=parsed.gold)) for split in ("test-first", "test-second")]
        joined = [join(*pair) for pair in paired(*sides)]
        if parsed.verdicts is None:
            _write_decisions(joined, parsed.disagreements)
        else:
            _write_gold(joined, verdicts=parsed.verdicts, gold_folder=parsed.gold, output=parsed.output)
    except StanceError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def standoff(decided: Decided, raw: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a decided op-ed as stand-off gold; `raw` are the two stand-off annotations, in order.

    What is taken from an annotation is its very entry, but for names of actors that are called otherwise now.
    """
    joined = decided.joined
    names = {actor.place: actor.entry.name for actor in decided.actors}
    renamed = [
        {
            (entry.name.casefold()): names[place]
            for place, actor in enumerate(joined.actors)
            if place in names and (entry := actor.sides[side]) is not None
        }
        for side in (0, 1)
    ]
    voice: list[dict[str, Any]] = []
    for sentence, chosen in zip(joined.sentences, decided.voice, strict=True):
        entries = chosen
        if isinstance(entries, int):
            side = entries
            inside = [one for one in raw[side]["voice"] if sentence.start <= one["span"][0] < sentence.end]
            entries = tuple(
                dict(one) | {"source": renamed[side].get((one["source"] or "").casefold(), one["source"])}
                for one in inside
            )
        voice += map(dict, entries)
    actors = [
        {"name": one.name, "type": one.type, "stance": one.stance, "mentions": [list(span) for span in one.mentions]}
        for one in (actor.entry for actor in decided.actors)
    ]
    ids = {actor.entry.id: actor.entry.name for actor in decided.actors}
    known = {
        joined.pair[0].text[slice(*span)].casefold(): actor.entry.name
        for actor in decided.actors
        for span in actor.entry.mentions
    } | {name.casefold(): name for name in names.values()}
    stance = []
    for (side, place), built in zip(decided.opinions, build(decided).stances or (), strict=True):
        entry = raw[side]["stance"][place]
        holder = built.holder.text if isinstance(built.holder, Source) else ids.get(built.holder, built.holder)
        if known.get(entry["holder"].casefold()) == (None if isinstance(built.holder, Source) else holder):
            holder = entry["holder"]
        stance.append(dict(entry) | {"actor": ids[built.actor], "holder": holder})
    head = {name: raw[0][name] for name in ("id", "sha256", "outlet")}
    return head | {"annotator": "adjudicated", "voice": voice, "actors": actors, "stance": stance}


def render(values: Mapping[str, Any]) -> str:
    """Return stand-off gold as its files have it: one entry a line."""
    lines = []
    for name, value in values.items():
        if isinstance(value, list):
            entries = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in value)
            lines.append(f' "{name}": [\n{entries}\n ]')
        else:
            lines.append(f' "{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _write_decisions(joined: Sequence[Joined], folder: Path) -> None:
    if there := sorted(folder.glob("disagreements-*.jsonl")):
        cure = "name a new folder: these may hold verdicts"
        raise OutputError(Problem(str(folder), f"holds {len(there)} files of decisions", wish="none", cure=cure))
    _make(folder)
    count = 0
    for each in joined:
        found = disagreements(each)
        write_disagreements(found, folder / f"disagreements-{each.pair[0].id}.jsonl")
        count += len(found)
    print(f"{count} decisions on {len(joined)} op-eds in {folder}", file=sys.stderr)


def _write_gold(joined: Sequence[Joined], *, verdicts: Path, gold_folder: Path, output: Path) -> None:
    paths = sorted(verdicts.glob("*.jsonl"))
    if not paths:
        cure = "write decisions there with `--disagreements`, and decide them"
        raise InputError(Problem(str(verdicts), "has no decisions", wish="files *.jsonl", cure=cure))
    all_decided = adjudicate(joined, [verdict for path in paths for verdict in read_verdicts(path)])
    _make(output)
    for decided in all_decided:
        document = decided.joined.pair[0]
        name = f"{document.id}.json"
        raw = [
            json.loads((folder / name).read_text(encoding="utf-8")) for folder in (gold_folder, gold_folder / "second")
        ]
        values = standoff(decided, raw)
        made = gold.from_standoff(values, document=document)
        if left := disagreements(join(build(decided), made)):
            cure = "report this: the stand-off gold must say what the decided document says"
            raise DataError(Problem(document.id, f"{left[0].id} is lost in writing", wish="nothing lost", cure=cure))
        with writing(output / name) as temporary:
            temporary.write_text(render(values), encoding="utf-8")
    print(f"{len(all_decided)} op-eds in {output}", file=sys.stderr)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = Problem(str(folder), str(error.strerror), wish="a folder to write in", cure="name another")
        raise OutputError(problem) from None


if __name__ == "__main__":
    sys.exit(main())
