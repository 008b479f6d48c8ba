# The habits of this project. Any machine with make and Python 3.11, 3.12 or 3.13 will do.

PYTHON ?= python3
VENV ?= .venv
OUT ?= out
DATA ?= $(or $(STANCE_DATA),data)
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CPU_WHEELS := https://download.pytorch.org/whl/cpu
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup demo check test slow bench

help: ## list these goals
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r goal what; do \
		printf '%-12s %s\n' "$$goal" "$$what"; done

setup: $(READY) ## make the environment .venv, everything pinned; does nothing when it is up to date

demo: setup ## predict the op-eds in seeds/op-eds, compare their outlets, and name the reports
	@mkdir -p $(OUT)
	$(BIN)/stance predict seeds/op-eds --format jsonl -o $(OUT)/seeds.jsonl
	$(BIN)/stance predict seeds/op-eds --format html -o $(OUT)/seeds.html
	$(BIN)/stance compare $(OUT)/seeds.jsonl --by outlet -o $(OUT)/comparison.html
	@echo "The reports, for a browser: $(OUT)/seeds.html and $(OUT)/comparison.html"

check: setup ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict stance scripts

test: setup ## the tests, without network and training
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -q -m "not slow" --numprocesses 2 --dist worksteal

slow: setup ## the tests that take minutes
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -q -m slow

bench: setup ## score the shipped model on NewsMTSC in DATA (default: $STANCE_DATA, else data)
	$(BIN)/stance benchmark newsmtsc --data $(DATA)

# torch comes first, as its small CPU build: from wheels that lie on this machine, else from its makers. Where both fail,
# the last line takes the build of the package index, which may be large.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("This needs Python 3.11, 3.12 or 3.13; %s is %d.%d. Name another: make PYTHON=python3.12" % (sys.executable, *v))'
	$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) --no-index --no-deps torch 2>/dev/null \
		|| $(PIP_INSTALL) --index-url $(CPU_WHEELS) --no-deps torch \
		|| echo "No CPU build of torch could be had; the package index's will do."
	$(PIP_INSTALL) --editable '.[dev]'
	@touch $@
