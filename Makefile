# Quầy Điện. `make help` lists what can be made.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: help install run test bench lint manual
.DEFAULT_GOAL := help

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

install: $(VENV)/installed ## make .venv with all that the program needs

run: install ## start the demo: web server and worker (PORT=8000 HOST=127.0.0.1)
	@exec scripts/run

test: $(VENV)/installed-dev ## the whole suite: SQLite, PostgreSQL, Chromium
	@scripts/browser
	@scripts/peers
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/installed-dev ## speed beside bare baselines, one JSON line a case
	$(BIN)/python -m bench

lint: $(VENV)/installed-dev ## style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

manual: ## type docs/operations.md on a bare Debian and see that it works (root; ten minutes)
	@scripts/manual
