"""The rules of the house: who may import whom, captions, names and sizes of files, light imports, declared dependencies."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "stance"

FLOORS: dict[str, tuple[str, ...]] = {
    "errors": (),
    "shipped": (),
    "document": (),
    "labels": (),
    "reasons": (),
    "config": (),
    "text": ("sentences", "windows"),
    "formats": (
        *("limits", "decoding", "atomic", "columns", "rows", "txt", "markdown", "html", "docx", "pdf", "delimited"),
        *("parquet", "jsonl", "argued", "argdown", "aif", "inputs", "counting", "files"),
    ),
    "corpora": (
        *("folders", "newsmtsc", "polnear", "webis", "detokenize", "gum", "wnut17", "checkthat", "narratives"),
        *("gold_texts", "gold", "aae2", "cmv", "microtexts", "registry"),
    ),
    "actors": (
        "aliases",
        "honorifics",
        "short_forms",
        "linking",
        "coreference",
        "own",
        "own_files",
        "matching",
        "stand_ins",
    ),
    "model": ("encoding", "heads", "coreference", "imitation", "network", "storage", "checkpoint"),
    "predict": (
        *("asides", "cues", "decode", "attributing", "document_stance", "opinions", "forest", "relations"),
        *("scoring", "arguments", "coreference", "given", "pipeline"),
    ),
    "measure": (
        *("annotated", "prediction", "tables", "classes", "spans", "items", "pairing", "formulas"),
        *("tallies", "evaluation", "calibration", "confusion", "mistakes", "intervals", "summary"),
        *("coefficients", "agreement", "joining", "disagreements", "adjudication"),
        *(
            "target_benchmark",
            "attribution_benchmark",
            "subjectivity_benchmark",
            *("argument_scores", "argument_floors", "argument_prediction"),
            *("essay_benchmark", "editorial_benchmark", "microtext_benchmark"),
            "entity_mentions",
            "coreference",
            "entity_benchmark",
            "benchmark",
            "edits",
            "persons",
            "renaming",
            "audit",
            "audit_tables",
        ),
    ),
    "train": (
        *("mixing", "coreference", "argument_targets", "constructions", "rewriting", "examples", "curriculum"),
        *("own", "development", "states", "starting", "optimizing", "distillation", "training"),
        *("calibration", "tuning", "resolution", "finishing"),
    ),
    "compare": (
        *(
            "merging",
            "census",
            "sides",
            "rows",
            "dates",
            "choosing",
            "duplicates",
            "estimands",
            "resampling",
            "estimates",
            "multiplicity",
        ),
        *("contrasts", "differences", "coverage", "trends"),
        *("pairing", "rectifier", "redrawing", "correction", "forecast", "sampling"),
        "ratings",
        *("quotations", "corrected", "comparison", "results"),
    ),
    "show": (
        *("segments", "findings", "pages", "report", "terminal"),
        *("plots", "mistakes_list", "mistakes_page"),
        *("comparison_words", "comparison_cells", "comparison_tables", "comparison_text", "comparison_plots"),
        *("comparison_methods", "comparison_evidence", "comparison_page", "comparison"),
    ),
    "serve": (),
    "cli": (
        *("predict", "train", "evaluate", "agree", "benchmark", "audit", "sample", "compare", "actors", "report"),
        "main",
    ),
}
"""The floors from top to bottom, and the files of each from first to last; what stands later may import what stands before.

A folder's `__init__` comes after its files. `serve` is a floor of the plan that has no files yet.
"""

HEAVY = {"torch": {"model", "predict", "train"}, "transformers": {"model", "predict", "train"}, "matplotlib": {"show"}}
"""Slow libraries, and the floors that may import them."""

INSIDE_FUNCTIONS = {
    *(
        "datasketch",
        "docx",
        "huggingface_hub",
        "matplotlib",
        "pandas",
        "pyarrow",
        "pypdf",
        "scorch",
        "tqdm",
        "trafilatura",
    ),
}
"""Libraries that only some users of a module need: imported by the function that uses them."""

NAMELESS = {"base", "bases", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
"""Names that say nothing."""

DISTRIBUTIONS = {
    "docx": "python-docx",
    "markdown_it": "markdown-it-py",
    "ruamel": "ruamel.yaml",
    "sklearn": "scikit-learn",
}
"""Import names that differ from the name of the distribution."""

NOT_IMPORTED = {"lxml-html-clean"}
"""Distributions that are needed without being imported: trafilatura imports them."""

MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
SOURCES = [*MODULES, *SCRIPTS, *sorted((ROOT / "tests").rglob("*.py"))]


def label(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def caption(path: Path) -> str:
    """Return the first line of a module's docstring, or an empty string."""
    return (ast.get_docstring(tree(path)) or "").partition("\n")[0]


def floor_of(path: Path) -> str | None:
    """Return the floor that a module of the package belongs to; None for `stance/__init__.py` and `__main__.py`."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return None if first in ("__init__", "__main__") else first


@dataclass(frozen=True)
class Import:
    """A module that another imports, and whether that happens as soon as the importing one is imported."""

    line: int
    module: str
    at_once: bool


@cache
def imports(path: Path) -> tuple[Import, ...]:
    """Return what a module imports, wherever it stands; `from package import part` names the part if it is a module."""
    found: list[Import] = []
    pending: list[tuple[ast.AST, bool]] = [(tree(path), True)]
    while pending:
        node, at_once = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            at_once = False
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            at_once = False
        pending.extend((child, at_once) for child in ast.iter_child_nodes(node))
        if isinstance(node, ast.Import):
            found.extend(Import(node.lineno, alias.name, at_once) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{label(path)}:{node.lineno}: a relative import; write the whole name"
            assert node.module is not None
            for alias in node.names:
                part = f"{node.module}.{alias.name}"
                found.append(Import(node.lineno, part if is_ours(part) else node.module, at_once))
    return tuple(found)


def is_ours(module: str) -> bool:
    """Return whether a dotted name is a module or folder of this package."""
    path = ROOT.joinpath(*module.split("."))
    return module.split(".")[0] == "stance" and (path.is_dir() or path.with_suffix(".py").is_file())


def third_party(path: Path) -> set[str]:
    """Return the first parts of the names of all imported modules that are neither Python's nor ours."""
    roots = {found.module.split(".")[0] for found in imports(path)}
    return roots - set(sys.stdlib_module_names) - {"stance"}


def test_every_file_of_the_package_has_its_place_in_the_table() -> None:
    found = {label(path) for path in MODULES if floor_of(path) and path.name != "__init__.py"}
    named = set()
    for floor, files in FLOORS.items():
        if (PACKAGE / f"{floor}.py").exists():
            named.add(f"stance/{floor}.py")
        named.update(f"stance/{floor}/{file}.py" for file in files)
    assert found - named == set(), "files that FLOORS does not name"
    assert named - found == set(), "files in FLOORS that are gone"


def test_a_file_imports_only_what_stands_before_it() -> None:
    floors = list(FLOORS)
    broken = []
    for path in MODULES:
        floor = floor_of(path)
        for found in imports(path) if floor else ():
            parts = found.module.split(".")
            if parts[0] != "stance" or parts == ["stance"]:
                continue
            place = f"{label(path)}:{found.line}: imports {found.module}"
            if floors.index(parts[1]) > floors.index(floor):
                broken.append(f"{place}, a floor below its own")
            elif parts[1] == floor and path.name != "__init__.py":
                files = FLOORS[floor]
                if len(parts) < 3:
                    broken.append(f"{place}, its own floor, and not a file of it")
                elif path.stem in files and parts[2] in files and files.index(parts[2]) >= files.index(path.stem):
                    broken.append(f"{place}, which stands after it")
    assert broken == []


def test_the_package_itself_imports_at_once_only_the_data_model_and_the_errors() -> None:
    at_once = {found.module for found in imports(PACKAGE / "__init__.py") if found.at_once}
    assert {module for module in at_once if is_ours(module)} <= {"stance.document", "stance.errors"}


def test_no_file_has_more_than_400_lines() -> None:
    lengths = {label(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}


def test_every_module_begins_with_a_caption() -> None:
    captions = {label(path): caption(path) for path in [*MODULES, *SCRIPTS]}
    assert [name for name, line in captions.items() if not re.fullmatch(r"\S.{10,}[.:;]", line)] == []


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    paths = {*SOURCES, *(path.parent for path in SOURCES)} - {ROOT}
    assert [label(path) for path in paths if set(path.stem.removeprefix("test_").split("_")) & NAMELESS] == []


def test_slow_libraries_are_imported_only_on_their_floors() -> None:
    found = {(label(path), floor_of(path), name) for path in MODULES for name in third_party(path) & set(HEAVY)}
    assert [(name, library) for name, floor, library in found if floor not in HEAVY[library]] == []


def test_libraries_for_some_users_are_imported_inside_functions() -> None:
    found = [(path, each) for path in MODULES for each in imports(path) if each.at_once]
    roots = [(f"{label(path)}:{each.line}", each.module.split(".")[0]) for path, each in found]
    assert [(place, root) for place, root in roots if root in INSIDE_FUNCTIONS] == []


def public_functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield the public functions and methods of a module; not those of heirs, to whom torch and others give the signature."""
    for node in tree(path).body:
        own = isinstance(node, ast.ClassDef) and not node.bases and not node.name.startswith("_")
        for each in node.body if isinstance(node, ast.ClassDef) and own else [node]:
            if isinstance(each, ast.FunctionDef) and (not each.name.startswith("_") or each.name.startswith("__")):
                yield each


def test_a_public_function_takes_two_positional_parameters_at_most_and_six_in_all() -> None:
    broken = []
    for path in MODULES:
        for function in public_functions(path):
            names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
            positional = len(names) - (names[:1] in (["self"], ["cls"]))
            if positional > 2 or positional + len(function.args.kwonlyargs) > 6 or function.args.kwarg:
                broken.append(f"{label(path)}:{function.lineno}: {function.name}")
    assert broken == []


def test_importing_the_package_and_its_command_line_imports_no_slow_library() -> None:
    heavy = sorted({*HEAVY, *INSIDE_FUNCTIONS, "numpy", "scipy", "sklearn", "datasets"})
    code = f"import sys, stance, stance.cli.main; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_help_answers_in_less_than_three_tenths_of_a_second_of_processor_time() -> None:
    if not hasattr(os, "wait4"):
        pytest.skip("this system does not tell the processor time of a child")
    seconds = []
    for _ in range(5):  # the quickest of five: others may use the machine
        child = subprocess.Popen([sys.executable, "-m", "stance", "--help"], cwd=ROOT, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        seconds.append(usage.ru_utime + usage.ru_stime)
    assert min(seconds) < 0.3


def test_the_map_in_the_readme_says_of_each_floor_what_its_caption_says() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md")
    lines = readme.read_text(encoding="utf-8").splitlines()
    expected = []
    for floor in FLOORS:
        for name, path in ((f"stance/{floor}.py", f"{floor}.py"), (f"stance/{floor}/", f"{floor}/__init__.py")):
            if (PACKAGE / path).exists():
                expected.append((name, caption(PACKAGE / path)))
    places = [[at for at, line in enumerate(lines) if name in line and said in line] for name, said in expected]
    missing = [f"| `{name}` | {said} |" for (name, said), found in zip(expected, places, strict=True) if not found]
    assert missing == [], "lines that the README's map lacks"
    assert [found[0] for found in places] == sorted(found[0] for found in places), (
        "the map is not in the order of floors"
    )


def declared() -> set[str]:
    """Return the names of the distributions that pyproject.toml asks for, without extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {plain(re.split(r"[<>=!~;\[ ]", line)[0]) for line in project["dependencies"]}


def plain(distribution: str) -> str:
    """Return the name of a distribution as all its spellings have it.

    >>> plain("ruamel.yaml")
    'ruamel-yaml'
    """
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_what_the_package_imports_is_what_it_declares() -> None:
    imported = {name for path in MODULES for name in third_party(path)}
    needed = {plain(DISTRIBUTIONS.get(name, name)) for name in imported} | NOT_IMPORTED
    assert needed - declared() == set(), "imported, but not in pyproject.toml"
    assert declared() - needed == set(), "in pyproject.toml, but not imported"


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[a-z0-9.-]+==[a-z0-9.]+", line)] == []
    assert declared() - {plain(line.partition("==")[0]) for line in pins} == set()
