# Each target does its own set-up: nothing but Python 3.11 or later and make is needed.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check run bench bench-scale fuzz soak lock snapshots audit

help:
	@echo "make demo   see Dozor at work on a Telegram of its own (no credentials needed)"
	@echo "make test   run all tests"
	@echo "make check  linters, types, import rules"
	@echo "make run    run with config.toml"
	@echo "make bench  measure"
	@echo "make snapshots  draw the bot's messages anew after a change of words or views"
	@echo "make audit  look for known weaknesses in the dependencies (needs a network)"
	@echo "make bench-scale  measure 1, 2 and 4 processes on one PostgreSQL"
	@echo "make fuzz   look for input that breaks something (atheris is fetched by the first run)"
	@echo "make soak   a long storm of posts, faults and kills, after which nothing may be missing"

setup: .venv/.ready

# Two dependencies come as source alone: pip builds them with what build.lock has, pinned as all else, and not with the newest that there is.
.venv/.ready: requirements.lock deploy/build.lock deploy/source.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dozor needs Python 3.11 or later: make PYTHON=python3.11 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r deploy/build.lock
	$(INSTALL) --require-hashes --no-deps --no-build-isolation -r deploy/source.lock
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	$(BIN)/dozor demo $(ARGS)

test: setup
	$(BIN)/python -m pytest -n 4 --dist worksteal $(ARGS)

snapshots: setup
	$(BIN)/python -m pytest -q tests/bot/test_rendered.py --snapshot-update

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: setup
	@test -x .venv/audit/bin/pip-audit || { $(PYTHON) -m venv .venv/audit && .venv/audit/bin/python -m pip install --quiet \
		--disable-pip-version-check --retries 1 "pip-audit>=2.10,<3"; } >/dev/null 2>&1 || true
	@$(BIN)/python -m tests.audit $(ARGS)

run: setup
	$(BIN)/dozor run $(ARGS)

bench: setup
	$(BIN)/python -m tests.benchmarks $(ARGS)

soak: setup
	$(BIN)/python -m tests.soak $(ARGS)
	$(BIN)/python -m tests.soak.deliveries
	$(BIN)/python -m tests.soak.chaos
	$(BIN)/python -m tests.soak.upgrade
	$(BIN)/python -m tests.soak.steady

bench-scale: setup
	$(BIN)/python -m tests.benchmarks.scale $(ARGS)

fuzz: setup
	@$(BIN)/python -c "import atheris" 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check "atheris>=3,<4"
	$(BIN)/python -m tests.fuzz $(ARGS)

lock:
	$(INSTALL) uv
	$(COMPILE) --group dev pyproject.toml -o requirements.lock
	$(COMPILE) --constraint requirements.lock pyproject.toml -o deploy/requirements.lock
	echo setuptools | $(COMPILE) --constraint requirements.lock - -o deploy/build.lock
	printf 'langdetect\npyaes\n' | $(COMPILE) --no-deps --constraint requirements.lock - -o deploy/source.lock
