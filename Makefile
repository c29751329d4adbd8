# postreeve: every command a developer or a council's engineer needs. `make demo` and `make test` set everything up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STORE_OPTIONS ?=
DEMO_ARGS := $(if $(ONCE),--once) $(if $(PORT),--port $(PORT)) $(if $(DIR),--dir $(DIR))

.PHONY: help install install-dev install-train demo test test-training soak lint bench lock clean

help:
	@echo "make demo [ONCE=1] [PORT=8501] [DIR=var/demo]   set up and run the synthetic council end to end"
	@echo "make test                                      set up and run the whole suite"
	@echo "make lint | bench | soak | lock | clean        checks, figures, long tests, new lock files, tidy up"
	@echo "make install-train | test-training             what fine-tuning the encoder needs (PyTorch), and its tests"

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "postreeve needs Python 3.11, 3.12 or 3.13; say which with: make PYTHON=python3.12 ...")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

install: $(VENV)/.run
install-dev: $(VENV)/.dev

demo: install
	$(BIN)/postreeve demo $(DEMO_ARGS)

# A process for each core, up to four: many tests wait for a browser, a server or a database.
test: install-dev
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

# Fine-tuning needs PyTorch, of which every kind of processor has a build of its own: not in the lock files.
install-train: install-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --editable '.[train]'

test-training: install-train
	$(BIN)/python -m pytest -m training $(PYTEST_ARGS)

soak: install-dev
	$(BIN)/python -m pytest -m soak $(PYTEST_ARGS)

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install-dev
	$(BIN)/python -m tests.bench

lock:
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --extra postgres --extra dev -o requirements-dev.lock
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 pyproject.toml --constraint requirements-dev.lock -o requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
