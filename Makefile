# The few commands of this project; `make` alone lists them. Targets that print JSON print it as the last line of stdout.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.synced
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
WITH_SERVERS = $(BIN)/python -m advocacy.local.servers --throw-away --folder .local/make --
LANGUAGES := zh_Hans pl it ru

SEED ?= 1
SCENARIO ?= S1
SHARES ?= 300
KILLS ?= 5

export ADVOCACY_ENV ?= test
# Everything here starts many programs; each would compile Django anew where compiled files may not be kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset demo-check test test-code test-chaos test-journeys lint format lock messages chaos peers networks screenshots bench

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The environment is made once per lock. pip installs uv as the lock has it, and uv the rest.
$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "This needs Python 3.11 or newer; name one with: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) has no venv module; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) >&2
	@awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements-dev.lock > $(VENV)/uv.lock
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock >&2
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements-dev.lock >&2
	@touch $@

demo: $(STAMP) ## Start the whole product on this machine, with two demo companies and sandbox networks
	@$(BIN)/python -m advocacy.local.demo

demo-reset: $(STAMP) ## Empty the demo
	@$(BIN)/python -m advocacy.local.demo --reset

demo-check: $(STAMP) ## Take one share per network from invitation to post, without a browser; prints JSON
	@$(BIN)/python -m tests.journeys.demo_check

test: $(STAMP) ## Run all tests
	@$(BIN)/python -m advocacy.local.programs
	@# No test measures time, and chaos and journeys wait for their programs much of it: alone, each leaves a core idle.
	@echo "Three parts run side by side, and each is told when it ends: code, chaos, journeys." >&2
	@$(MAKE) --no-print-directory --keep-going --jobs=3 $(if $(filter output-sync,$(.FEATURES)),--output-sync) test-code test-chaos test-journeys

test-code: $(STAMP) ## Run the tests that need neither a browser nor a product of their own
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not chaos and not browser" --durations=15

test-chaos: $(STAMP) ## Run the tests that kill programs of a running product
	$(BIN)/python -m pytest -m chaos --durations=10 tests/chaos

test-journeys: $(STAMP) ## Run the tests in a browser
	$(BIN)/python -m pytest -m browser --durations=10 tests/journeys

lint: $(STAMP) ## Check style, types, templates, migrations and the settings for production
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/djlint templates --lint --quiet
	$(WITH_SERVERS) $(BIN)/python manage.py makemigrations --check --dry-run
	$(WITH_SERVERS) sh .ci/deploy-check
	@for texts in locale/*/LC_MESSAGES/django.po; do test ! -e "$$texts" || $(BIN)/pybabel --quiet compile -i "$$texts" -o /dev/null || exit 1; done

format: $(STAMP) ## Bring code and templates into the house form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(STAMP) ## Write both locks anew from pyproject.toml
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --all-extras --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

messages: $(STAMP) ## Collect the strings to translate (needs GNU gettext) and compile the catalogues
	@command -v xgettext >/dev/null || { echo "Collecting strings needs GNU gettext; on Debian and Ubuntu: apt-get install gettext" >&2; exit 1; }
	@# Babel begins a catalogue: with its language and plural forms in the head, and not fuzzy as a whole, which it would leave out.
	@for language in $(LANGUAGES); do test -e locale/$$language/LC_MESSAGES/django.po || $(BIN)/pybabel --quiet init -i /dev/null -d locale -D django -l $$language; done
	$(BIN)/python manage.py makemessages $(LANGUAGES:%=-l %) --no-wrap --add-location file --ignore '.*' --ignore 'tests/*'
	$(BIN)/python -m advocacy.local.programs

chaos: $(STAMP) ## Break something while shares go out, and judge what arrived (SCENARIO=S1 SHARES=300 KILLS=5 SEED=1 LASTS=seconds of dark); prints JSON
	@$(BIN)/python -m tests.chaos --scenario $(SCENARIO) --shares $(SHARES) --kills $(KILLS) --seed $(SEED) $(if $(LASTS),--lasts $(LASTS))

bench: $(STAMP) ## Measure engine and pages against bare loops of the same run (ONLY=publish,lateness,wakeups,scale,pages,media); prints JSON
	@$(BIN)/python -m tests.benchmarks $(if $(ONLY),--only $(ONLY))

peers: $(STAMP) ## Take one share to real servers and back, Bluesky's from npm and a Mastodon-API one from Debian; prints JSON
	@$(BIN)/python -m tests.peers

networks: $(STAMP) ## Show what works at which network, from a run of the contract tests; prints a table and JSON
	@$(BIN)/python -m tests.network_table

screenshots: $(STAMP) ## Walk the journeys in a browser, and keep a picture of every screen and what a reader hears in docs/
	@REQUIRE_BROWSER=1 KEEP=1 $(BIN)/python -m pytest -m browser tests/journeys
