# make run    install what is needed, plant demo data once, serve on http://127.0.0.1:8080
# make test   everything that is checked: style, types, imports, tests with a real browser and both databases
# make check  style, types and imports only
# make bench  the benchmarks; BENCH=intake for one of them
# make screenshots  the pictures of every page in docs/pictures
#
# PYTHON       the interpreter (3.11 or newer) the environment is made with
# TORCH_INDEX  where a CPU build of torch is looked for when none is at hand; the plain one is far larger
PYTHON ?= python3
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
TORCH := torch==2.13.0
BENCH ?= intake pipeline model search live

.PHONY: run test check bench screenshots clean browser

run: $(VENV)/.installed
	@$(BIN)/python main.py serve --demo

test: $(VENV)/.tested check browser
	$(BIN)/python -m pytest

check: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.tested
	@for name in $(BENCH); do $(BIN)/python -m benchmarks $$name || exit 1; done

screenshots: $(VENV)/.tested browser
	@$(BIN)/python -m docs.make_screenshots

browser:
	@PYTHON=$(BIN)/python sh deploy/ensure_browser.sh

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "frontline: Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try make PYTHON=python3.11")'
	@echo "Making the environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# The file is the mark of a complete installation: it is older than the list of packages when that has changed.
$(VENV)/.installed: $(VENV)/bin/python constraints.txt pyproject.toml
	@echo "Installing packages (a few minutes the first time)"
	@$(PIP) install -q "$(TORCH)+cpu" -c constraints.txt 2>/dev/null \
		|| $(PIP) install -q "$(TORCH)+cpu" -c constraints.txt --extra-index-url $(TORCH_INDEX) --retries 1 \
		|| $(PIP) install -q "$(TORCH)" -c constraints.txt
	@$(PIP) install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@echo "Installing what the tests need"
	@$(PIP) install -q -c constraints.txt -e .[test]
	@touch $@
