# Two commands for a fresh machine: `make demo` and `make test`. Both set themselves up; a second run is fast.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV ?= .venv
BIN := $(VENV)/bin
say = @echo "==> $(1)" >&2

# Real records that are too large or not ours to publish; tests on them are skipped where the folder is absent.
ifneq ($(wildcard ../shared/data),)
TIERWISE_DATA ?= ../shared/data
endif
ifneq ($(TIERWISE_DATA),)
export TIERWISE_DATA := $(abspath $(TIERWISE_DATA))
endif

# Behind a proxy with a certificate of its own, uv must trust what the machine trusts.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS ?= 1
endif

.PHONY: help demo test lint format soak fuzz bench docs lock clean

help: ## Show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

demo: $(VENV)/.core ## Run the main job on a simulated company
	$(call say,demo)
	@$(BIN)/tierwise demo
	@echo "    tierwise is $(BIN)/tierwise here; pip install . puts it on your path" >&2

test: lint $(VENV)/.machine ## Check and run every test
	$(call say,tests)
	@$(BIN)/coverage erase
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered $(ARGS)

lint: $(VENV)/.dev ## Style, types and import contracts
	$(call say,style)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format" >&2; exit 1; }
	$(call say,types)
	@$(BIN)/mypy --no-error-summary
	$(call say,imports)
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## Format the code, and mend what can be mended
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

soak: $(VENV)/.machine ## The long campaigns, with their figures
	$(call say,soak)
	@$(BIN)/python -m pytest -m soak -s $(ARGS)

fuzz: $(VENV)/.fuzz ## Random files led by coverage (ARGS="--seconds 600")
	$(call say,fuzz)
	@$(BIN)/python -m scripts.fuzz $(ARGS)

bench: $(VENV)/.dev ## The benchmarks, with their figures
	@for name in $(basename $(notdir $(filter-out %/__init__.py,$(wildcard benchmarks/*.py)))); do \
		echo "==> $$name" >&2; $(BIN)/python -m benchmarks.$$name || exit 1; done

docs: $(VENV)/.docs ## Build the pages under docs/ into site/
	$(call say,docs)
	@$(BIN)/zensical build --clean

lock: ## Compile requirements/*.txt anew (LOCK_FLAGS=--upgrade for newest versions)
	$(call say,locks)
	@scripts/lock

clean: ## Remove the virtual environment and all caches
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage* site

# Each stamp is newer than what it was made from; only the changed part is set up again.
$(VENV)/.core: requirements/core.txt pyproject.toml scripts/make-venv
	$(call say,setting up $(VENV))
	@scripts/make-venv $(VENV) requirements/core.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml scripts/make-venv
	$(call say,setting up $(VENV) with what the tests need)
	@scripts/make-venv $(VENV) requirements/dev.txt
	@touch $@

$(VENV)/.docs: requirements/docs.txt pyproject.toml scripts/make-venv
	$(call say,setting up $(VENV) with what the docs need)
	@scripts/make-venv $(VENV) requirements/docs.txt
	@touch $@

$(VENV)/.fuzz: requirements/fuzz.txt $(VENV)/.dev
	$(call say,setting up $(VENV) with what fuzzing needs)
	@scripts/make-venv $(VENV) requirements/fuzz.txt
	@touch $@

$(VENV)/.machine: $(VENV)/.dev scripts/provide.py scripts/machine.py requirements/java.txt
	$(call say,looking for what some tests need)
	@$(BIN)/python scripts/provide.py "$$(scripts/find-uv)"
	@touch $@
