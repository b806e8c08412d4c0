# Connect's commands. They need Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run dev test lint bench bench-huge drill-relay lock clean

run: $(VENV)/.run  ## the whole site with demo data
	@$(BIN)/python manage.py run

dev: $(VENV)/.run  ## the same, restarting when a file changes
	@CONNECT_DEBUG=yes $(BIN)/python manage.py run --reload

test: $(VENV)/.dev lint  ## every check
	@$(BIN)/python -m tests.chromium
	@# In the order of the folders: files with few and slow tests, those of the browser, else come last.
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev  ## the walls
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --lint --quiet

bench: $(VENV)/.dev  ## the figures of speed, as a table
	@$(BIN)/python -m tests.bench

bench-huge: $(VENV)/.dev  ## the same with ten million members: an hour, and 40 GB of disk
	@$(BIN)/python -m tests.bench --sizes 1000 1000000 10000000

drill-relay: $(VENV)/.dev  ## a thousand messages while everything dies: none is lost
	@$(BIN)/python -m tests.drills.relay

lock:  ## pin every dependency with its hashes
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q pip-tools
	@$(VENV)-lock/bin/pip-compile -q --upgrade --generate-hashes --strip-extras --no-header --no-annotate \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links -o requirements.txt pyproject.toml
	@$(VENV)-lock/bin/pip-compile -q --upgrade --generate-hashes --strip-extras --no-header --no-annotate \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --extra dev -c requirements.txt \
		-o requirements-dev.txt pyproject.toml
	@rm -r $(VENV)-lock

clean:  ## forget the demo: its database, its mail
	@rm -rf .data

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Connect needs Python 3.11 or newer." if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment: on Debian, apt install python3-venv."; exit 1; }

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	@echo "Installing what Connect is made of …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing what Connect is made of, and its tools …"
	@$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run
