# 関所 Sekisho. `make` alone prints what can be made.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Some machines tell Python to keep no bytecode; every process that a test starts would then compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

CODE := api casework contract_clauses ismap migrations models policy web tests
PYTEST_ON_TWO := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help setup setup-run components run migrate demo serve test quick check fix bench lock words

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/\1|\2/p' Makefile | while IFS='|' read -r name says; do printf '  make %-11s %s\n' "$$name" "$$says"; done

# ---- using it ------------------------------------------------------------------------------------------------

run: setup-run migrate demo serve ## everything: environment, database, the demo city, the site on 127.0.0.1:8000

setup-run: .venv/ready-to-run ## the environment with what the service itself needs
	@:

migrate: .venv/ready-to-run ## bring the database to the newest form
	@$(BIN)/sekisho migrate

demo: .venv/ready-to-run ## fill an empty database with the fictional 星見ヶ丘市
	@$(BIN)/sekisho demo --if-empty

serve: .venv/ready-to-run ## start the site
	@$(BIN)/sekisho serve

# ---- working on it -------------------------------------------------------------------------------------------

setup: .venv/ready-to-develop ## the environment with the tools for development too
	@:

components: ## see that PostgreSQL, Chromium and a Japanese font are there (with CI=true: install them)
	@$(PYTHON) -m tests.components

test: .venv/ready-to-develop components ## every test: both databases, browser, real processes
	$(PYTEST_ON_TWO)

quick: .venv/ready-to-develop ## the tests that need neither browser nor PostgreSQL nor processes of their own
	$(PYTEST_ON_TWO) -m 'not browser and not postgresql and not slow'

check: .venv/ready-to-develop ## format, lint, types, layers, migrations, templates, house rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/house -m 'not browser and not postgresql'

fix: .venv/ready-to-develop ## put right what a machine can put right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/ready-to-develop ## measure against a bare endpoint (size and arms: python -m tests.bench --help)
	$(BIN)/python -m tests.bench

words: .venv/ready-to-develop ## bring the English catalogue up to date and list what has no English yet
	$(BIN)/python -m tests.words update

lock: .venv/ready-to-develop ## pin every dependency again, with hashes and without addresses
	@$(as_pip_does); set -x; \
	  $(COMPILE) --group setup --output-file requirements.lock $(UPGRADE) && \
	  $(COMPILE) --group dev --constraints requirements.lock --output-file requirements-dev.lock $(UPGRADE)
	grep -A 100 '^uv==' requirements.lock | sed -n '1p;2,$${/^    --hash/!q;p;}' > requirements-uv.lock

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-header --no-annotate pyproject.toml

# ---- the environment -----------------------------------------------------------------------------------------

# uv reads no settings of pip. An office that gave pip its index, certificate or proxy has given them to us, so they
# are handed on. Every file is pinned by hash: looking at all indexes, as pip does, cannot bring in another one.
define as_pip_does
said() { for place in :env: install global; do \
    $(BIN)/python -m pip config get "$$place.$$1" 2>/dev/null && return; done; true; }; \
give() { eval "now=\$${$$1-}"; [ -n "$$now" ] || [ -z "$$2" ] || export "$$1=$$2"; }; \
give UV_DEFAULT_INDEX "$$(said index-url)"; \
give UV_INDEX "$$(said extra-index-url | tr '\n' ' ')"; \
give UV_FIND_LINKS "$$(said find-links | tr -s ' \n' ',,' | sed 's/,$$//')"; \
give UV_INSECURE_HOST "$$(said trusted-host | tr '\n' ' ')"; \
give UV_NO_INDEX "$$(said no-index)"; \
give UV_HTTP_TIMEOUT "$$(said timeout)"; \
give SSL_CERT_FILE "$$(said cert)"; \
give SSL_CLIENT_CERT "$$(said client-cert)"; \
give ALL_PROXY "$$(said proxy)"; \
export UV_INDEX_STRATEGY=unsafe-best-match UV_NO_PROGRESS=1
endef

# $(call install,LOCK): exactly what LOCK names, then this repository itself. Where uv cannot work, pip does the same.
define install
@echo 'Installing from $(1) ...'
@$(as_pip_does); \
  { $(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.lock \
    && $(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes $(1) \
    && $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e . ; } \
  || { echo 'uv could not install; trying pip, which is slower.' >&2; \
    $(BIN)/python -m pip install --quiet --require-hashes -r $(1) \
    && $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --no-index -e . ; }
endef

.venv/ready-to-run: requirements.lock requirements-uv.lock pyproject.toml | .venv/bin/python
	@[ ! -e .venv/ready-to-develop ] || $(MAKE) .venv/ready-to-develop
	$(if $(wildcard .venv/ready-to-develop),,$(call install,requirements.lock))
	@touch $@

.venv/ready-to-develop: requirements-dev.lock requirements-uv.lock pyproject.toml | .venv/bin/python
	$(call install,requirements-dev.lock)
	@touch .venv/ready-to-run $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo 'Python 3.11 or newer is needed; this is $(PYTHON):' >&2; $(PYTHON) --version >&2; \
	  echo 'Name another one:  make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'python3 here cannot make a virtual environment. Please run:' >&2; \
	  echo '  sudo apt-get install -y python3-venv' >&2; exit 1; }
	@$(PYTHON) -m venv .venv
