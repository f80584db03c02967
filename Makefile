# Everything is run through here; each target makes what it needs (virtual environment, packages, Azurite).
# Python 3.13 and Node are all that must be there.

PYTHON ?= python3.13
BIN := .venv/bin
KIT := $(abspath $(dir $(wildcard ../shared/design.md)))
export QICS_KIT ?= $(KIT)

REQUIREMENTS := requirements.txt qics/requirements.txt tests/requirements.txt

.PHONY: help demo test check fuzz soak bench update install clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: install ## copy two companies' books end to end on this machine, and compare every row
	@$(BIN)/python -m local.demo $(ARGS)

test: install check ## all checks and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations=10 $(ARGS)

check: install ## lint, types, imports, docs (no test is run)
	$(BIN)/ruff check -q .
	$(BIN)/ruff format -q --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

fuzz: install ## every reader of what comes from outside, for minutes (ARGS="--seconds 600")
	$(BIN)/python -m tests.fuzz $(ARGS)

soak: install ## the model of everything, for hours (ARGS="--hours 1")
	$(BIN)/python -m tests.model $(ARGS)

bench: install .venv/bench ## the measurements, side by side (minutes)
	$(BIN)/python -m bench $(ARGS)

update: .venv/made ## compile the requirement files anew, pinned with hashes
	$(BIN)/pip install -q --disable-pip-version-check uv
	for folder in . qics tests bench; do (cd $$folder && $(CURDIR)/$(BIN)/uv pip compile -q --upgrade \
		--python-version 3.13 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		-o requirements.txt requirements.in) || exit 1; done
	npm update --no-audit --no-fund

install: .venv/installed node_modules/installed .venv/odbc

.venv/odbc: .venv/made
	@ldconfig -p | grep -q 'libodbc\.so\.2' || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null \
		&& apt-get update -qq && apt-get install -y -qq --no-install-recommends unixodbc > /dev/null; } \
		|| echo "Debian's unixodbc is missing: only what talks to a T-SQL server needs it"
	@touch $@

.venv/made:
	@command -v $(PYTHON) > /dev/null || { echo "Python 3.13 is needed: install it, or name it as in 'make test PYTHON=/path/to/python3.13'"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || { echo "$(PYTHON) is not Python 3.13: make PYTHON=/path/to/python3.13"; exit 1; }
	@echo "Making the virtual environment ..."
	@$(PYTHON) -m venv .venv && touch $@

.venv/installed: .venv/made $(REQUIREMENTS)
	@echo "Installing the Python packages ..."
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes $(REQUIREMENTS:%=-r %)
	@touch $@

.venv/bench: .venv/installed bench/requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r bench/requirements.txt
	@touch $@

node_modules/installed: package.json package-lock.json
	@command -v npm > /dev/null || { echo "Node 20 or newer (with npm) is needed: Azurite runs on it"; exit 1; }
	@echo "Installing Azurite ..."
	@npm ci --no-audit --no-fund --silent
	@touch $@

clean: ## remove what was made
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .local
