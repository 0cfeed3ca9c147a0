.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/bash

PYTHON ?= python3
BIN := .venv/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url
MESSAGES := $(wildcard odzew/locale/*/LC_MESSAGES/*.po)
# Which tests: T=path for some. What pytest is told besides: ARGS="-x -k word".
T ?=
ARGS ?=
# Many tests wait for servers and clocks: two at once for each processor.
JOBS ?= $(shell expr 2 '*' $$(nproc))
# A file of tests stays with one process, which starts its servers once; the order is that of tests/conftest.py.
MANY := -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: help setup run test lint fix check faults bench messages lock clean dev test-packages \
	faults-disasters faults-chance faults-postgresql faults-letters

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .venv/.runtime .venv/.messages ## Make .venv with everything Odzew needs to run

run: setup ## Start the desk with a demo firm on 127.0.0.1:8000 (books in ./data)
	@exec $(BIN)/odzew serve --data ./data

test: test-packages dev ## Run all tests on SQLite, then the features on PostgreSQL (T=path for some, ARGS=…)
ifeq ($(T),)
	$(BIN)/python -m pytest $(MANY) -m "not faults" $(ARGS)
	$(BIN)/python -m tests.servers.postgres $(BIN)/python -m pytest $(MANY) -m "not faults and not browser and not slow" \
		tests/features tests/test_flush.py $(ARGS)
else
	$(BIN)/python -m pytest $(T) $(ARGS)
endif

lint: dev ## Look for faults without running the desk: format, ruff, types, imports, migrations, templates
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings odzew.settings
	$(BIN)/djlint odzew --lint --quiet

fix: dev ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix --quiet || true
	$(BIN)/ruff format --quiet

check: test-packages lint ## All that CI asks: lint, complete translations, all tests
	$(BIN)/python tools/translations.py check
	@$(MAKE) test

faults: test-packages dev ## The nightly tests: crash points, power cuts, full disks, chance; all figures at the end
ifeq ($(T),)
	@$(MAKE) --keep-going faults-disasters faults-chance faults-postgresql faults-letters
else
	$(BIN)/python -m pytest -p no:randomly --durations=0 $(T) $(ARGS)
endif

faults-disasters:
	$(BIN)/python -m pytest -p no:randomly --durations=0 tests/faults $(ARGS)

faults-chance:
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -p no:randomly --durations=0 -m "faults or hypothesis" \
		tests --ignore tests/faults $(ARGS)

faults-postgresql:
	$(BIN)/python -m tests.servers.postgres $(BIN)/python -m pytest -p no:randomly --durations=0 -m faults \
		tests/faults/test_merging_under_load.py tests/features/test_hooks.py $(ARGS)

faults-letters:
	INERT_MAIL=all $(BIN)/python -m pytest -p no:randomly tests/browser/test_inert_mail.py $(ARGS)

bench: setup ## Measure the budgets of docs (T=name for one)
	$(BIN)/python -m bench $(T)

messages: test-packages dev ## Extract the messages to translate into odzew/locale
	$(BIN)/python tools/translations.py extract
	$(BIN)/python tools/translations.py compile

lock: dev ## Choose versions anew and pin them by hash
	$(UV_COMPILE) --upgrade requirements.in -o requirements.txt
	$(UV_COMPILE) --upgrade requirements-dev.in -o requirements-dev.txt
	printf 'pip\nsetuptools\nwheel\n' | $(UV_COMPILE) --upgrade - -o tools/requirements-build.txt

clean: ## Remove .venv and what the tools left, not the books in ./data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

dev: setup .venv/.dev

test-packages:
	@tools/apt.sh test

.venv/.runtime: requirements.txt tools/requirements-build.txt pyproject.toml
	@tools/venv.sh $(PYTHON)
	@echo "Installing what Odzew runs on"
	@$(PIP_INSTALL) --require-hashes -r tools/requirements-build.txt
	@$(PIP_INSTALL) --require-hashes -r requirements.txt
	@$(PIP_INSTALL) --editable .
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	@echo "Installing what the tests need"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@

.venv/.messages: $(MESSAGES) .venv/.runtime
	@$(BIN)/python tools/translations.py compile
	@touch $@
