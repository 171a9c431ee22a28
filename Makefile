# Factdesk's front door. `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What is locked is all there is: pip need not look for more, and an older one (before 23.3) does not say of lxml that it has no
# extra "html_clean", as it writes what lxml calls "html-clean" (PEP 685).
LOCKED := --require-hashes --no-deps -r

.DEFAULT_GOAL := help
.PHONY: help run test check style types imports compiled bench bench-match soak races format migration reconcile verify lock clean

# Tests start dozens of processes: what one has compiled the next one finds, whatever the shell is set to.
test check: export PYTHONDONTWRITEBYTECODE :=

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r target words; do printf '  make %-11s %s\n' "$$target" "$$words"; done

run: $(VENV)/.run ## the whole desk on this machine, with a sample story; Ctrl-C stops it (PORT_BASE, VAR, SAMPLE=no)
	@exec $(BIN)/python -m deploy.local --with-parent

test: $(VENV)/.test ## every test, or some (TESTS=tests/intake): both databases, a real Redis, a real browser
	@deploy/test-packages
	@exec $(BIN)/python -m pytest $(or $(TESTS),-n auto --maxprocesses 4 --dist loadgroup)

check: $(VENV)/.test ## everything that CI checks: style, imports, types, then all tests
	@$(MAKE) --no-print-directory style imports
	@$(MAKE) --no-print-directory -j2 types compiled # a quarter of a minute of one processor each
	@$(MAKE) --no-print-directory test

style: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: $(VENV)/.test
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.test
	$(BIN)/mypy

# Else each of the tests' runners, which begin at the same moment, compiles all of it for itself.
compiled: $(VENV)/.test
	@$(BIN)/python -m pytest --collect-only -qqq >/dev/null || $(BIN)/python -m pytest --collect-only -q

bench: $(VENV)/.test ## how fast it is, each figure beside a limit or a peer of the same run (BENCH="posting lists searching matching delivery fanning pages renewing proxy approvals desk")
	@PYTHONPATH=.:tests exec $(BIN)/python -m bench $(BENCH)

soak: $(VENV)/.test ## 20 checkers and 2 editors work a queue of 5,000 claims on real processes (SECONDS=600 CLAIMS=5000)
	@PYTHONPATH=.:tests exec $(BIN)/python -m soak

races: $(VENV)/.test ## two people take one claim at the same moment, on both databases (ROUNDS=500)
	@PYTHONPATH=.:tests exec $(BIN)/python -m soak.races

bench-match: $(VENV)/.test ## how well claims that say the same are found: make bench-match DATA=folder (MATCH="--around --tune")
	@test -n "$(DATA)" || { echo "make bench-match DATA=folder: what has to be in it stands in docs/matching.md"; exit 2; }
	@PYTHONPATH=.:tests exec $(BIN)/python -m bench.match $(DATA) $(MATCH)

format: $(VENV)/.test ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migration: $(VENV)/.run ## write the next migration: make migration SERVICE=review NAME=add_language
	@test -n "$(SERVICE)" -a -n "$(NAME)" || { echo "make migration SERVICE=review NAME=add_language"; exit 2; }
	@deploy/new-migration $(SERVICE) $(NAME)

reconcile: $(VENV)/.run ## compare what the services of this desk know of each other (RESEND=1 sends what is missing)
	@$(BIN)/python -m deploy.reconcile $(if $(RESEND),--resend)

verify: $(VENV)/.run ## recompute the hash chain of this desk's history
	@$(BIN)/python -m deploy.command review verify

lock: ## choose new versions of what we depend on (needs uv)
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q pyproject.toml --extra build -o deploy/requirements.txt
	uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q pyproject.toml --extra dev --extra build -c deploy/requirements.txt -o deploy/requirements-dev.txt

clean: ## remove the environment and what tools left behind (never var/)
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache

# The environment. It is made anew only when what is locked has changed. What the tests need includes what the desk
# needs: an environment that has it is kept that way.

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Factdesk needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Choose another: make run PYTHON=python3.12")'
	@echo "Making the environment in $(VENV): about a minute, once."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: deploy/requirements.txt pyproject.toml | $(VENV)/bin/python
	@if test -e $(VENV)/.test; then $(MAKE) --no-print-directory $(VENV)/.test; else \
	    echo "Installing what Factdesk needs" && $(PIP) install $(LOCKED) deploy/requirements.txt && \
	    $(PIP) install --quiet --no-deps --no-build-isolation -e .; fi
	@touch $@

$(VENV)/.test: deploy/requirements-dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what Factdesk and its tests need"
	@$(PIP) install $(LOCKED) deploy/requirements-dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@
