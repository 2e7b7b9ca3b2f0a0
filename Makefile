PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
PHOTO ?= examples/photos
OUT ?= out/demo
BENCH_OUT ?= out/benchmarks
FERPLUS ?= ../shared/data/ferplus
TABLES_OUT ?= out/evaluation

.DEFAULT_GOAL := help
.PHONY: help demo page test test-page test-slow test-training check fix docs clean bench-search tables robustness bench-live bench-load fuzz

help:             ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.developer: $(BIN)/python pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable '.[render,web,osc]' --group dev
	@touch $@ $(VENV)/.installed

$(VENV)/.training: $(VENV)/.developer
	$(PIP) install --constraint constraints.txt --editable '.[train]'
	@touch $@

demo: $(VENV)/.installed ## match example photos, or PHOTO=me.jpg, with every character
	@mkdir -p $(OUT)
	$(BIN)/deepexpr match $(PHOTO) --out $(OUT) --json $(OUT)/matches.json --poses $(OUT)/poses
	@echo "Contact sheets, matches.json and poses are in $(OUT)"

test: $(VENV)/.developer ## the tests
	$(BIN)/coverage run -m pytest -m "not slow and not page"
	$(BIN)/coverage report

page:             ## build the studio page (needs Node.js)
	cd studio && npm ci --no-audit --no-fund && npm run build

test-page: page $(VENV)/.developer ## the studio page in a real Chromium
	$(BIN)/python -m pytest -m page tests/web tests/export

test-slow: $(VENV)/.developer ## the tests that take long
	$(BIN)/python -m pytest -m slow

test-training: $(VENV)/.training ## the tests of training (installs torch)
	$(BIN)/python -m pytest tests/training tests/networks

check: $(VENV)/.developer ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.developer ## mend formatting and what lint can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-search: $(VENV)/.developer ## exact search beside FAISS, NMSLIB, SciPy and NumPy
	-$(PIP) install faiss-cpu nmslib
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
		$(BIN)/python -m benchmarks.search --out $(BENCH_OUT)

tables: $(VENV)/.installed ## every figure beside the paper's, FERPLUS=folder: docs/results.md
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
		$(BIN)/deepexpr evaluate tables --data $(FERPLUS) --out $(TABLES_OUT) --docs docs \
		$(if $(CARDS),--cards $(CARDS))

robustness: $(VENV)/.installed ## recognition of changed faces, FERPLUS=folder: docs/robustness.md
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
		$(BIN)/deepexpr evaluate robustness --data $(FERPLUS) --out $(TABLES_OUT)/robustness.json \
		--docs docs --example examples/photos/rendered_fear.jpg

bench-live: page $(VENV)/.developer ## frames a second of the page's webcam, end to end, in Chromium
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
		$(BIN)/python -m benchmarks.live_page --out $(BENCH_OUT)

bench-load: $(VENV)/.developer ## the page's server: 200 photos, 8 at once; what must be refused
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
		$(BIN)/python -m benchmarks.studio_load --out $(BENCH_OUT)

fuzz: $(VENV)/.developer ## made-up requests against the API's description (installs schemathesis)
	$(PIP) install schemathesis
	$(BIN)/python -m pytest -m slow tests/web/test_description_holds.py

docs: $(VENV)/.developer ## rewrite the generated page docs/cli.md
	$(BIN)/python -m tests.project.write_cli_docs

clean:            ## remove what was built here
	rm -rf $(VENV) dist out .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
