# Everything from a fresh checkout; needs Python 3.11 or newer (`make PYTHON=python3.12 …` to choose one).

PYTHON ?= python3
# Not a uv on the PATH: nobody has checked that one.
UV := .venv/uv/bin/uv
BIN := .venv/bin
READY := .venv/.ready
DBT := $(BIN)/dbt --log-level warn
CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)"; exit 1; }

export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export UV_PYTHON_DOWNLOADS := never

.PHONY: help setup demo test check chaos bench lint unit docs semantic site clean
.DELETE_ON_ERROR:

help:
	@echo "make setup  the environment alone, for a run on data of your own"
	@echo "make demo   demo data, loaded, built, audited and published, with a summary"
	@echo "make check  lint, of SQL the files that differ from the last commit, and fast tests"
	@echo "make test   lint, dbt unit tests and all tests"
	@echo "make docs   pages under docs/, from the registry, the seeds and the tests"
	@echo "make semantic  the KPIs as metrics for MetricFlow, in work/semantic"
	@echo "make site   the models, their columns and where these come from, as pages to open from site/, and site/sbom.json"
	@echo "make chaos  kill runs, fill disks, start two at once, and count what readers see (an hour)"
	@echo "make bench  a full and a daily run against a hand-written script; N=1000000 conversations, else 100000"
	@echo "make clean  remove what can be made again, except the published warehouse"

setup: $(READY)

demo: $(READY) demo/landing
	$(BIN)/service-kpis run --landing demo/landing --warehouse warehouse/service_kpis.duckdb

test: lint unit
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder

SQL_FOLDERS := models analyses tests/sql
SQL = $(SQL_FOLDERS)
DIFFERENT = $(shell git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard)
check: SQL = $(filter %.sql,$(filter $(addsuffix /%,$(SQL_FOLDERS)),$(DIFFERENT)))
check: lint
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder -m "not slow"

chaos: $(READY)
	$(BIN)/python tests/python/chaos.py

N ?= 100000
ROUNDS ?= 3
bench: $(READY)
	$(BIN)/python bench/bench.py $(N) $(ROUNDS)

# Vendors' models are read where they are named.
COMMA := ,
EMPTY :=
VENDORS := $(subst $(EMPTY) ,$(COMMA),$(filter-out landing,$(notdir $(wildcard models/staging/*))))

# Lint and unit tests have build files of their own: a run may be going on in work/.
lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	mkdir -p work/lint
	printf '[sqlfluff:templater:dbt:context]\nvendors = $(VENDORS)\n' > work/lint/vendors.cfg
	$(if $(SQL),SERVICE_KPIS_BUILD=work/lint/build.duckdb $(BIN)/sqlfluff lint --config work/lint/vendors.cfg $(SQL))

# A unit test needs the columns of its model's parents, not their rows.
unit: $(READY)
	rm -rf work/unit && mkdir -p work/unit
	SERVICE_KPIS_BUILD=work/unit/build.duckdb $(DBT) build --empty --exclude-resource-type test --vars '{vendors: [$(VENDORS)]}' \
		--profiles-dir profiles --target-path work/unit/target --log-path work/unit/logs

docs: $(READY)
	$(BIN)/python -m service_kpis.docs

semantic: $(READY)
	$(BIN)/python -m service_kpis.semantic work/semantic

# The catalogue needs the models' columns, not their rows; but the registry's rows say which measures a KPI is made of.
SITE := site
SITE_DBT := SERVICE_KPIS_BUILD=work/site/build.duckdb $(DBT)
SITE_DBT_OPTIONS := --profiles-dir profiles --target-path work/site/target --log-path work/site/logs
site: $(READY) .venv/site/.ready
	rm -rf work/site && mkdir -p work/site
	$(SITE_DBT) seed $(SITE_DBT_OPTIONS)
	$(SITE_DBT) run --empty $(SITE_DBT_OPTIONS)
	$(SITE_DBT) docs generate --static $(SITE_DBT_OPTIONS)
	DBT_COLIBRI_NO_VERSION_CHECK=1 .venv/site/bin/colibri generate --light --disable-telemetry \
		--manifest work/site/target/manifest.json --catalog work/site/target/catalog.json \
		--output-dir work/site/lineage > work/site/lineage.log
	$(BIN)/python -m service_kpis.site work/site/target work/site/lineage $(SITE)
	$(BIN)/python -m service_kpis.sbom $(SITE)/sbom.json

# Written aside and renamed, so that an interrupted run leaves no half of it.
demo/landing: | $(READY)
	rm -rf demo/unfinished
	$(BIN)/service-kpis generate --conversations 100000 --seed 1 --out demo/unfinished
	mv demo/unfinished demo/landing

# Wheels only, but for halo, of which there is none: the tool that builds it is locked too.
$(READY): requirements.lock requirements-build.lock pyproject.toml | $(UV)
	@$(CHECK_PYTHON)
	test -x $(BIN)/python || $(UV) venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --only-binary :all: --no-binary halo \
		--build-constraints requirements-build.lock --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@

# Apart from the rest: dbt-colibri reads SQL with a sqlglot older than the one that others here use, and only `make site`
# needs it.
.venv/site/.ready: requirements-site.lock | $(READY)
	$(UV) venv --quiet --allow-existing --python $(BIN)/python .venv/site
	$(UV) pip sync --quiet --python .venv/site/bin/python --only-binary :all: --require-hashes \
		requirements-site.lock
	touch $@

.venv/uv/bin/uv: requirements-uv.lock
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv .venv/uv
	.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
		-r requirements-uv.lock
	touch $@

clean:
	rm -rf .venv demo site bench/landing bench/work target logs work/* .pytest_cache .ruff_cache .hypothesis .sqlfluff_cache
