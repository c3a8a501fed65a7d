# Rebelote: `make run` opens the shop, `make test` checks it. Both work in a fresh clone with Python 3.11+ and make.
# Another Python: `make run PYTHON=python3.13`. Another port: `PORT=8000 make run`.

# The first Python at hand that is new enough.
PYTHON ?= $(shell for python in python3 python3.15 python3.14 python3.13 python3.12 python3.11; do \
  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
# The test suite uses all cores; tests/conftest.py says which tests stay together.
SHARED_OUT := -n auto --dist loadfile
SAY := @printf '%s\n'
CATALOGUES := $(wildcard storefront/translations/*/LC_MESSAGES/messages.po)
BABEL := $(BIN)/python -m babel.messages.frontend
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test test-postgres lint browser bench requirements translations clean

help:
	$(SAY) 'make run            open the shop with its demo offers on http://127.0.0.1:5000' \
	       'make install        only install what the shop needs, into .venv' \
	       'make test           run the test suite' \
	       'make lint           style, types, and the order of imports' \
	       'make test-postgres  the test suite on a PostgreSQL server of its own' \
	       'make browser        the journey in Chromium and text browsers, accessibility, budgets' \
	       'make bench          requests per second of the main pages; search beside FTS5 and Tantivy' \
	       'make translations   gather the texts of the pages into the catalogues' \
	       'make requirements   resolve requirements*.in into pinned versions with hashes'

install: .venv/.ready-to-run $(CATALOGUES:.po=.mo)

run: .venv/.ready-to-run $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m storefront.serve --demo

test: .venv/.ready-to-test $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m pytest $(SHARED_OUT) $(ARGS)

test-postgres: .venv/.ready-to-test $(CATALOGUES:.po=.mo)
	@$(BIN)/python -m tests.postgres $(BIN)/python -m pytest $(SHARED_OUT) $(ARGS)

lint: .venv/.ready-to-test
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/lint-imports

browser: .venv/.ready-to-test $(CATALOGUES:.po=.mo) build/node_modules/.ready
	@$(BIN)/python -m pytest tests/browser -m browser $(ARGS)

bench: .venv/.ready-to-test build/bench/.ready $(CATALOGUES:.po=.mo)
	@PYTHONPATH=build/bench $(BIN)/python -m tests.bench $(ARGS)

requirements: .venv/.ready-to-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target build/uv uv==0.13.9
	for list in requirements requirements-dev requirements-bench; do build/uv/bin/uv pip compile --universal --generate-hashes \
	  --python-version 3.11 --no-header --quiet $(ARGS) $$list.in --output-file $$list.txt; done

translations: .venv/.ready-to-test
	@mkdir -p build
	$(BABEL) extract --mapping-file babel.cfg --keywords "lazy_gettext" --add-comments "Translators:" --sort-by-file \
	  --add-location file --no-wrap --omit-header --output-file build/messages.pot .
	$(BABEL) update --input-file build/messages.pot --output-dir storefront/translations --no-wrap --ignore-obsolete \
	  --ignore-pot-creation-date
	$(MAKE) $(CATALOGUES:.po=.mo)

# The environment is made once; its stamps are older than the lists only when there is something to install.
.venv/.made:
	@test -n "$(PYTHON)" || \
	  { echo 'Rebelote needs Python 3.11 or newer, and found none. Say which: make PYTHON=/path/to/python3.13 ...' >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo 'Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@touch $@

.venv/.ready-to-run: requirements.txt | .venv/.made
	$(SAY) 'Installing what the shop needs into .venv ...'
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.ready-to-test: requirements-dev.txt | .venv/.made
	$(SAY) 'Installing what the shop and its tests need into .venv ...'
	@$(PIP) -r requirements-dev.txt
	@touch $@ .venv/.ready-to-run

# What the benchmark compares with, in a folder of its own: nothing else needs it.
build/bench/.ready: requirements-bench.txt | .venv/.ready-to-test
	$(SAY) 'Installing what the benchmark compares with into build/bench ...'
	@mkdir -p build/bench
	@if $(PIP) --upgrade --target build/bench -r $<; then touch $@; else echo 'The comparison goes without it.'; fi

%.mo: %.po | .venv/.made
	@$(BABEL) --quiet compile --input-file $< --output-file $@

# The checkers of make browser, pinned in package.json's place: accessibility and HTML validity.
build/node_modules/.ready: tests/browser/checkers.txt
	$(SAY) 'Fetching the HTML and accessibility checkers into build/ ...'
	@mkdir -p build && npm install --silent --no-audit --no-fund --no-save --prefix build $$(cat $<)
	@touch $@

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
