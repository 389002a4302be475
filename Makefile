# make run     a server with demo data at http://127.0.0.1:8069
# make test    everything that a change must pass, on SQLite and PostgreSQL
# make proof   what takes long: benchmarks, large imports
# make texts   bring the translations up to date with the texts in the code, and name what is to be translated
# make format  lay the code out
# make clean   remove what was built; the data in ./var stays
#
# BANYAN_DATABASE_URL, BANYAN_DATA_DIR, BANYAN_PORT and BANYAN_ADDONS_PATH hold here too: docs/configuration.md

VENV := .venv
BIN := $(VENV)/bin
# Installing again is due when one of these changes.
SETUP := setup.cfg pyproject.toml package.json package-lock.json core/web/static/icons.txt $(wildcard build_tools/*)

PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test proof texts format clean
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@$(BIN)/banyan init --addons crm,mail,automation --demo --if-missing
	@$(BIN)/banyan serve

test: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 -q

proof: $(VENV)/installed-test
	$(BIN)/pytest -m proof -q -s
	$(BIN)/python -m tests.benchmarks

texts: $(VENV)/installed-test
	@$(BIN)/python -m build_tools.texts

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) build dist *.egg-info core/web/static/vendor core/reports/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/made: build_tools/make_venv.sh
	@build_tools/make_venv.sh $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made $(SETUP)
	@echo "Installing Banyan and what it needs; this takes a minute"
	@$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	@echo "Installing what the tests need"
	@$(PIP) install --quiet --editable '.[test]'
	@touch $@
