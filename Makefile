# make demo: try it. make test: everything that must be true. make help: the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8330
SPEED ?= 60
# Two workers: the machine has other things to do, and the databases are real.
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help demo test quick lint states manifests pictures tour clean

help: ## Show this.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("escbot needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@echo "Making the environment (once)…"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/demo.done: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/dev.done: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/demo.done

demo: $(VENV)/demo.done ## Start the local workspace and the bot (PORT, SPEED).
	@$(BIN)/escbot demo --port $(PORT) --speed $(SPEED)

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: lint ## Run everything: lint, types, imports, tests on both databases, browser.
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --reruns 2 --durations=40

quick: $(VENV)/dev.done ## Run the tests of the core and the words.
	$(BIN)/pytest -q tests/core tests/words

states: $(VENV)/dev.done ## Write docs/states.md from the table of states.
	$(BIN)/python -c 'from escbot.core.lifecycle import as_markdown; print(as_markdown(), end="")' > docs/states.md

manifests: $(VENV)/dev.done ## Write manifests/ from the code.
	$(BIN)/escbot manifest > manifests/socket-mode.json
	$(BIN)/escbot manifest --http https://escbot.example.com > manifests/http.json

pictures: $(VENV)/dev.done ## Make the README's picture again, with the browser test.
	PICTURES=1 $(BIN)/pytest -q tests/browser

tour: $(VENV)/dev.done ## Walk through a working day in the browser and make docs/tour.md's pictures again.
	PICTURES=1 $(BIN)/pytest -q tests/browser/test_tour.py

clean: ## Remove the environment and what tests left.
	rm -rf $(VENV) dist build
