# Everything a person types at Tipline's source. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

DATA ?= demo-data
PUBLIC_PORT ?= 8410
CONSOLE_PORT ?= 8420
OVERSIGHT ?=
OVERSIGHT_PORT ?= 8421
# 1: the demo's officers sign in with a second factor, too.
SECOND_FACTOR ?=
# So many invented cases are there at the first start, besides the sample tips.
CASES ?= 300
# With OVERSIGHT: so many of the three overseers open a tip together.
QUORUM ?=
PYTHON ?= python3
BIN := .venv/bin
SOURCES := $(shell find static -name '*.js' -o -name '*.css' -o -name '*.mjs' 2>/dev/null | grep -v '^static/dist/')

.PHONY: help demo test assurance bench drill lint format browsers lock clean

help: ## list what can be made
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: .venv/installed static/dist/built ## install, build and run a demo agency on loopback; OVERSIGHT=1 adds overseers, QUORUM=2 so that two open together
	@$(BIN)/tipline demo --data $(DATA) --public-port $(PUBLIC_PORT) --console-port $(CONSOLE_PORT) \
		$(if $(OVERSIGHT),--oversight) $(if $(SECOND_FACTOR),--second-factor) --oversight-port $(OVERSIGHT_PORT) \
		$(if $(QUORUM),--quorum $(QUORUM)) --cases $(CASES)

test: .venv/installed-dev static/dist/built browsers ## install what the tests need, lint, then the whole suite
	@$(MAKE) --no-print-directory lint
	@npm test --silent
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --hypothesis-profile ci -m "not assurance"

assurance: .venv/installed-dev static/dist/built browsers ## the long proofs
	@$(BIN)/pytest -m assurance

bench: .venv/installed static/dist/built ## accepted envelopes a second beside a bare view, and the console at 1k, 10k and 100k cases
	@$(BIN)/tipline bench
	@$(BIN)/tipline bench console

drill: .venv/installed static/dist/built ## the seizure test, with its report
	@$(BIN)/tipline drill

lint: .venv/installed-dev node_modules/installed ## ruff, mypy and the JavaScript checks
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@npm run check --silent

format: .venv/installed-dev node_modules/installed ## put the source into its one format
	@$(BIN)/ruff check --fix --exit-zero .
	@$(BIN)/ruff format .
	@npm run format --silent

browsers:
	@.ci/need chromium firefox-esr caddy tor systemd poppler-utils fonts-noto-core fonts-noto-cjk bubblewrap

.venv/bin/python:
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/need python3-venv
	@$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	@echo "installing Tipline's libraries"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "installing what the tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/installed: package.json package-lock.json
	@echo "installing the page's libraries"
	@npm ci --ignore-scripts --silent
	@touch $@

static/dist/built: node_modules/installed $(SOURCES)
	@npm run build --silent
	@touch $@

lock: ## pin every Python library anew, with hashes
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 pyproject.toml --group build -o requirements.lock
	@$(BIN)/uv pip compile -q --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what was installed and built; the demo's data stays
	@rm -rf .venv node_modules static/dist
