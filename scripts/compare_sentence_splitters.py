"""Measure sentence splitters against gold borders and the hard cases of the tests; prints a table in Markdown.

    python scripts/compare_sentence_splitters.py TEXTS [--gum FOLDER]

TEXTS is a folder of JSON files with `text` and `sentences` ([[start, end], ...], code points); FOLDER is GUM's `coref/tsv`,
whose written genres serve as gold made by hand (without its test parts). Only sentencex is a dependency of the package; the
others come with `pip install pysbd syntok blingfire`, and one that is missing is named and left out.

A border is the end of a sentence, the end of the text aside; an exact sentence has both ends right, white space aside.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "text" / "sentence_cases.json"
GUM_GENRES = {"academic", "bio", "essay", "interview", "letter", "news", "speech", "textbook"}
CLITIC = r"(?:[.,;:!?%)\]}’”…]|(?:n['’]t|['’](?:s|re|ve|ll|d|m)))"

Spans = list[tuple[int, int]]


class Text(NamedTuple):
    text: str
    sentences: Spans


def load_stance() -> Callable[[str], Spans]:
    sys.path.insert(0, str(ROOT))
    from stance.text.sentences import sentence_spans

    return sentence_spans


def load_sentencex() -> Callable[[str], Spans]:
    from sentencex import get_sentence_boundaries

    return lambda text: [(found["start_index"], found["end_index"]) for found in get_sentence_boundaries("en", text)]


def load_pysbd() -> Callable[[str], Spans]:
    import pysbd

    segmenter = pysbd.Segmenter(language="en", clean=False, char_span=True)
    return lambda text: [(found.start, found.end) for found in segmenter.segment(text)]


def load_syntok() -> Callable[[str], Spans]:
    from syntok import segmenter

    def split(text: str) -> Spans:
        sentences = (list(sentence) for paragraph in segmenter.analyze(text) for sentence in paragraph)
        return [(tokens[0].offset, tokens[-1].offset + len(tokens[-1].value)) for tokens in sentences]

    return split


def load_blingfire() -> Callable[[str], Spans]:
    from blingfire import text_to_sentences_and_offsets

    return lambda text: list(text_to_sentences_and_offsets(text)[1])


LOADERS = {
    "stance.text.sentences": load_stance,
    "sentencex": load_sentencex,
    "pysbd": load_pysbd,
    "syntok": load_syntok,
    "blingfire": load_blingfire,
}


def stripped(text: str, spans: Spans) -> Spans:
    """Return the spans without white space at their ends, and without blank ones."""
    found = []
    for start, end in spans:
        left = end - len(text[start:end].lstrip())
        right = left + len(text[left:end].rstrip())
        if left < right:
            found.append((left, right))
    return found


def read_texts(folder: Path) -> list[Text]:
    records: list[Any] = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    return [Text(record["text"], [(start, end) for start, end in record["sentences"]]) for record in records]


def read_cases() -> list[Text]:
    cases = []
    for case in json.loads(CASES.read_text(encoding="utf-8")):
        pieces = case["text"].split("|")
        ends = [sum(map(len, pieces[: count + 1])) for count in range(len(pieces))]
        text = "".join(pieces)
        cases.append(Text(text, stripped(text, list(zip([0, *ends[:-1]], ends, strict=True)))))
    return cases


def joined_tokens(line: str) -> str:
    """Return a tokenized line as running text: no space before stops and clitics, after brackets, inside quotation marks."""
    line = re.sub(rf"(?: (?={CLITIC}(?: |$)))|(?:(?<=[(\[{{$£€“‘]) )", "", line)
    return re.sub(r'" ([^"]*) "', r'"\1"', line)


def read_gum(folder: Path) -> Iterator[Text]:
    """Yield GUM's documents with blank lines after sentences without a stop, such as headings: GUM TSV has no paragraphs."""
    splits = (folder.parent.parent / "splits.md").read_text(encoding="utf-8").split("\n## ")
    held_out = {name for part in splits if part.startswith("test") for name in re.findall(r"\w+_\w+_\w+", part)}
    for path in sorted(folder.glob("GUM_*.tsv")):
        if path.stem in held_out or path.stem.split("_")[1] not in GUM_GENRES:
            continue
        text, sentences = "", []
        for line in re.findall(r"^#Text=(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            text += "" if not text else " " if re.search(r"[.!?][\"”’)\]]*$", text) else "\n\n"
            sentences.append((len(text), len(text) + len(joined_tokens(line.strip()))))
            text += joined_tokens(line.strip())
        yield Text(text, sentences)


def f1(hits: int, *, predicted: int, gold: int) -> float:
    return 2 * hits / (predicted + gold) if hits else 0.0


def measured(split: Callable[[str], Spans], texts: list[Text]) -> str:
    """Return the cells of one splitter on one set of texts."""
    started = time.process_time()
    found = [split(item.text) for item in texts]
    seconds = time.process_time() - started
    predicted_borders, gold_borders, predicted_spans, gold_spans = set(), set(), set(), set()
    for number, (item, spans) in enumerate(zip(texts, found, strict=True)):
        kept, last = stripped(item.text, spans), len(item.text.rstrip())
        predicted_spans |= {(number, *span) for span in kept}
        gold_spans |= {(number, *span) for span in item.sentences}
        predicted_borders |= {(number, end) for _, end in kept if end != last}
        gold_borders |= {(number, end) for _, end in item.sentences if end != last}
    hits = len(predicted_borders & gold_borders)
    border = f1(hits, predicted=len(predicted_borders), gold=len(gold_borders))
    exact = f1(len(predicted_spans & gold_spans), predicted=len(predicted_spans), gold=len(gold_spans))
    megabytes = sum(len(item.text.encode()) for item in texts) / 1e6
    return (
        f"{100 * hits / len(predicted_borders):.2f} | {100 * hits / len(gold_borders):.2f} | {100 * border:.2f} "
        f"| {100 * exact:.2f} | {seconds / megabytes:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("texts", type=Path, help="folder of JSON files with text and sentences")
    parser.add_argument("--gum", type=Path, help="GUM's folder coref/tsv")
    arguments = parser.parse_args()

    sets = {"texts": read_texts(arguments.texts), "GUM": list(read_gum(arguments.gum)) if arguments.gum else []}
    cases = read_cases()
    if not sets["texts"]:
        parser.exit(2, f"{arguments.texts}: no JSON files there; give the folder that holds the texts\n")
    print("| gold | splitter | border P | border R | border F1 | exact F1 | s/MB | hard cases |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for name, load in LOADERS.items():
        try:
            split = load()
        except ImportError as error:
            print(f"{name} is left out ({error}); to measure it: pip install {name}", file=sys.stderr)
            continue
        right = sum(stripped(case.text, split(case.text)) == case.sentences for case in cases)
        for gold, texts in sets.items():
            if texts:
                print(f"| {gold} | {name} | {measured(split, texts)} | {right}/{len(cases)} |")
    counts = (
        f"{gold}: {len(texts)} texts, {sum(len(item.sentences) for item in texts)} sentences"
        for gold, texts in sets.items()
    )
    print("\n" + "; ".join(counts))


if __name__ == "__main__":
    main()
