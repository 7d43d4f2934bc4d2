# make demo | test | prove | bench. All of it happens in .venv; python3 (3.11 or newer) and make are all it needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test prove bench format clean

demo: .venv/installed
	@$(BIN)/flagdesk demo $(ARGS)

test: .venv/tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest

prove: .venv/tested
	$(BIN)/python -m tests.prove $(ARGS)

bench: .venv/tested
	$(BIN)/python -m tests.bench $(ARGS)

format: .venv/tested
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Flagdesk needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): try 'make PYTHON=python3.12 $(MAKECMDGOALS)'." >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "Python can't make a virtual environment: install its venv module (Debian: apt install python3-venv)." >&2; exit 1; }

.venv/installed: .venv/bin/python pyproject.toml
	@echo "Installing Flagdesk into .venv …"
	@$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check -q -e .
	@touch $@

# Where this brings gigabytes of CUDA libraries along: install the CPU build of torch 2.13.0 into .venv first, with the
# index that PyTorch's page "Start Locally" names for pip and CPU, then say make test.
.venv/tested: .venv/installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check -q torch==2.13.0
	@$(BIN)/python -m pip install --progress-bar on --disable-pip-version-check -q -e '.[test,detoxify]'
	@touch $@
