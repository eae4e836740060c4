# Every recipe is one command; `make` shows the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)

.PHONY: help environment setup demo demo-clean test lint fmt bench docs schemas goldens

help:  ## Show this.
	@sed -n 's/^\([a-z-]*\):.*  ## /\1\t/p' $(MAKEFILE_LIST) | expand -t 13

environment:
	@$(if $(PYTHON),,echo "Gatehouse needs Python 3.11 or later, and PATH has none. Install it (Debian, Ubuntu: apt-get install python3 python3-venv) or name one: make setup PYTHON=/path/to/python3" >&2; exit 4)
	@$(PYTHON) -I gatehouse/engine/bootstrap.py

setup: environment  ## Find or build everything that Gatehouse needs.
	@$(BIN)/gatehouse setup

demo: setup  ## Walk pull requests through, on a real language model.
	@$(BIN)/gatehouse demo

demo-clean: environment  ## Stop what the demo left, and remove it.
	@$(BIN)/gatehouse demo --clean

test: setup  ## Run every test.
	@$(BIN)/pytest

lint: environment  ## Check style, types, imports and workflows.
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/zizmor --offline --quiet --no-progress .github

fmt: environment  ## Put style right where a tool can.
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

bench: setup  ## Measure, side by side with what others do.
	@$(BIN)/python -m tests.bench

docs: environment  ## Build the site.
	@$(BIN)/mkdocs build --strict

schemas: environment  ## Write the JSON Schemas and the reference pages anew.
	@$(BIN)/gatehouse schemas
	@$(BIN)/python -m tests.docs.reference

goldens: environment  ## Write the golden comments of the tests anew.
	@$(BIN)/python -m tests.policies.review.write_goldens
