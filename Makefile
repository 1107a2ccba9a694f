# The front door. `make run` and `make test` need nothing but python3 (3.11 or newer) and make.
PYTHON ?= python3
PORT ?= 8000
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PORT
PIP := vendor/pip-26.3-py3-none-any.whl
PIP_INSTALL := .venv/bin/python $(PIP)/pip --disable-pip-version-check install --quiet --only-binary :all: --require-hashes

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test bench bench-arrivals bench-hall bench-kill bench-kill-ledger bench-ledger bench-regrade check fast-check check-types check-rest messages docs screenshots lock

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

install: .venv/.installed ## make .venv with the locked packages

install-dev: .venv/.installed-dev

.venv/.installed: requirements.lock $(PIP)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	cd vendor && sha256sum --check --quiet SHA256SUMS
	$(PYTHON) -m venv --without-pip .venv
	$(PIP_INSTALL) -r requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@

run: install ## the demo at http://localhost:8000/ (PORT=8001 make run for another port)
	@DEPLOYMENT=demo ./manage.py prepare
	@DEPLOYMENT=demo honcho start --no-prefix

test: install-dev ## the whole suite on real PostgreSQL, Redis and Chromium; the invariants also on SQLite
	python tests/stack.py pytest -n 2 --dist worksteal
	env -u DATABASE_URL -u REDIS_URL pytest -n 2 --dist worksteal tests/invariants

bench: install-dev ## measure what must be fast beside its references, on durable PostgreSQL
	DURABLE=1 python tests/stack.py python bench/evening.py
	DURABLE=1 python tests/stack.py python bench/recount.py

bench-hall: install-dev ## cast 1,000 votes in a minute, alone and beside 200 screens and 50 staff pages
	DURABLE=1 python tests/stack.py python bench/hall.py

bench-arrivals: install-dev ## check 500 people in at an activity within a minute, then send all of it once more
	DURABLE=1 python tests/stack.py python bench/arrivals.py

bench-kill: install-dev ## kill web, PostgreSQL and Redis in a burst of votes and see that none is lost
	python bench/kill.py

bench-kill-ledger: install-dev ## the same in a burst of redemptions: no voucher is lost, no points are taken twice
	python bench/kill.py redemptions

bench-ledger: install-dev ## spend points beside bare statements and django-hordak; read and check a ledger of a million entries
	DURABLE=1 python tests/stack.py python bench/ledger.py
	DURABLE=1 python tests/stack.py python bench/books.py

bench-regrade: install-dev ## regrade rounds of 100 to 9,600 projects, beside bare arithmetic on the same marks
	DURABLE=1 python tests/stack.py python bench/regrade.py

check: fast-check test ## everything CI runs

fast-check: install-dev
	@$(MAKE) --no-print-directory --jobs=2 check-types check-rest

check-types: # takes as long as all of the others together
	mypy .

check-rest:
	ruff check .
	ruff format --check .
	lint-imports
	./manage.py compile_translations
	DEPLOYMENT=test ./manage.py makemigrations --check --dry-run
	python tests/deploy_check.py
	./manage.py docs --check
	python tests/stack.py ./manage.py untranslated

messages: install-dev ## collect new strings into the Chinese catalogue
	python tests/stack.py ./manage.py makemessages --locale zh_Hans --no-location --no-wrap --ignore var --ignore .venv --ignore tests
	./manage.py compile_translations

docs: install-dev ## write the generated pages of docs/ anew
	./manage.py compile_translations
	./manage.py docs

screenshots: install-dev ## take the manual's pictures anew (needs Chromium)
	python docs/screenshots.py

lock: install-dev ## resolve pyproject.toml anew into the two lock files
	python -m venv --without-pip var/lock
	var/lock/bin/python $(PIP)/pip install --quiet uv
	for extra in "" -dev; do var/lock/bin/uv pip compile --quiet pyproject.toml $${extra:+--extra dev} --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--output-file requirements$$extra.lock; done
