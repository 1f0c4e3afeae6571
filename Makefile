# Everything a newcomer types. Needs GNU make and Python 3.11 or newer; `make help` lists it.

.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -c
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

PORT ?= 8000
ARGS ?=
FILE ?=
FAULTS_TICKETS ?= 2000
FAULT_SCHEDULES ?= 10000
HISTORIES ?= 600
SANDBOX_PORT ?= 8090
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export CHROMIUM

VENV := .venv
PYTHON := $(VENV)/bin/python
EMBEDDED := $(PYTHON) -m helpdesk.embedded
MANAGE := $(EMBEDDED) exec --join -- $(PYTHON) manage.py
IN_PRODUCTION := env -u STATIC_STORAGE DEBUG=off SITE_URL=https://helpdesk.example \
	ALLOWED_HOSTS=helpdesk.example EMAIL_URL=smtp://mail.example:25

.PHONY: help run sandbox test lint shell manage mail bench faults histories schedules reset setup migrations deployment suite

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## start Recourse on http://127.0.0.1:8000 (other port: PORT=8001) until Ctrl-C
	@exec $(EMBEDDED) run --port "$(PORT)"

sandbox: setup ## a marketplace to run against, alone (SANDBOX_PORT=8090; docs/sandbox.md)
	@exec $(PYTHON) -m sandbox --port "$(SANDBOX_PORT)" $(ARGS)

test: setup ## lint, contracts, migrations, deployment check, all tests (for pytest: ARGS="-k mail")
	@if [ -n "$(CHROMIUM)" ]; then echo "Browser tests run, in $(CHROMIUM)."
	else echo "No Chromium found, so browser tests are skipped (Debian: apt install chromium)."; fi
	exec $(EMBEDDED) exec --volatile --data var/test -- $(MAKE) lint migrations deployment suite

lint: setup ## style, format and import contracts
	@$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(VENV)/bin/lint-imports

shell: setup ## Python with the running instance's data (starts its servers if none runs)
	@exec $(MANAGE) shell

manage: setup ## any command of manage.py on the running instance: ARGS="showmigrations"
	@exec $(MANAGE) $(ARGS)

mail: setup ## receive a mail as from a mail server: FILE=message.eml
	@if [ ! -r "$(FILE)" ]; then echo "Name a mail file: make mail FILE=message.eml" >&2; exit 2; fi
	exec $(EMBEDDED) exec --join -- \
		sh -c '$(PYTHON) manage.py migrate --verbosity 0 && exec $(PYTHON) manage.py receive_mail' \
		< "$(FILE)"

bench: setup ## measure: ARGS="load imports intake pages live" (docs/benchmarks.md)
	@exec $(EMBEDDED) exec --data var/bench/server -- $(PYTHON) -m bench $(ARGS)

faults: setup ## kill, flush and restart everything below two thousand clocks (FAULTS_TICKETS=2000)
	@exec $(EMBEDDED) exec --volatile --data var/test -- env FAULTS_TICKETS="$(FAULTS_TICKETS)" \
		$(PYTHON) -m pytest tests/escalations/test_faults.py $(ARGS)

histories: setup ## six hundred drawn histories of escalations instead of sixty (HISTORIES=600)
	@exec $(EMBEDDED) exec --volatile --data var/test -- env HISTORIES="$(HISTORIES)" \
		$(PYTHON) -m pytest tests/escalations/test_contract_histories.py $(ARGS)

schedules: setup ## ten thousand schedules of faults between us and marketplaces (FAULT_SCHEDULES=10000)
	@exec $(EMBEDDED) exec --volatile --data var/test -- env FAULT_SCHEDULES="$(FAULT_SCHEDULES)" \
		$(PYTHON) -m pytest tests/marketplaces/test_fault_schedules.py --numprocesses logical $(ARGS)

reset: setup ## remove all data and start over
	@exec $(EMBEDDED) reset

# The environment is made anew when the checkout has moved, and completed when dev.txt has changed.
setup:
	@here="$(CURDIR)"; wanted="$$(cksum < requirements/dev.txt)"
	made_in="$$(sed -n 1p $(VENV)/installed 2>/dev/null || true)"
	installed="$$(sed -n 2p $(VENV)/installed 2>/dev/null || true)"
	if [ -n "$$made_in" ] && [ "$$made_in" != "$$here" ]; then rm -rf $(VENV); fi
	if ! $(PYTHON) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		installed=""; found=""
		for python in python3 python3.11 python3.12; do
			if [ -z "$$found" ] && $$python -c \
				'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' 2>/dev/null
			then found=$$python; fi
		done
		for python in python3 python3.13 python3.14; do
			if [ -z "$$found" ] && $$python -c \
				'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
			then found=$$python; fi
		done
		if [ -z "$$found" ]; then
			echo "Recourse needs Python 3.11 or newer, and there is none on the PATH." >&2; exit 1
		fi
		if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then
			echo "Python's venv module is missing (Debian: apt install python3-venv)." >&2; exit 1
		fi
		printf 'Making an environment for Python in %s … ' $(VENV) >&2
		begun=$$(date +%s)
		$$found -m venv --clear $(VENV)
		echo "$$(($$(date +%s) - begun)) s" >&2
	fi
	if [ "$$installed" != "$$wanted" ]; then
		printf 'Installing %s packages … ' "$$(grep -c == requirements/dev.txt)" >&2
		begun=$$(date +%s)
		if ! $(PYTHON) -m pip install --quiet --no-input --disable-pip-version-check \
			--require-hashes -r requirements/dev.txt > $(VENV)/install.log 2>&1
		then
			echo >&2; cat $(VENV)/install.log >&2
			echo "The packages could not be installed; above is what pip says about it." >&2; exit 1
		fi
		echo "$$(($$(date +%s) - begun)) s" >&2
		printf '%s\n%s\n' "$$here" "$$wanted" > $(VENV)/installed
	fi

# The parts of `make test` that need its servers.
migrations:
	@$(PYTHON) manage.py makemigrations --check --dry-run

deployment:
	@$(IN_PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING

suite:
	@exec $(PYTHON) -m pytest --numprocesses logical --maxprocesses 16 --dist loadfile --no-loadscope-reorder $(ARGS)
