# make lab        follow the course in JupyterLab (NO_BROWSER=1 only prints the address)
# make test       prove that everything works (PART=tests, lessons or exercises: one part of it)
# make check      in two minutes, what is worth knowing before each commit
# make test-colab run all exercises and solutions under Colab's versions (ALL=1: the lessons too)
# make test-jax   build, train and count the networks on JAX, where TensorFlow is not installed
# make test-kill  kill a training twenty times: it ends as if nothing had happened
# make test-zoo   count and draw every model of keras.applications
# make notebooks  build the lessons that changed (LESSON=01_lenet5 for one, FORCE=1 for all)
# make mistakes   print what the exercises' checks say of the answers in tests/planted, and shares
# make book       the course as pages to read, in book/_build/html (make pdf: as one file)
# make pack       figures as SVG and PNG, slides, recap cards, cards for Anki (LESSON=... for one)
# make test-book  prove that the book is whole, and open to everybody
# make badges     make every link point to a fork, or to a version that stands still:
#                 make badges REPO=owner/name REF=2027-spring

CANDIDATES := python3 python3.13 python3.12 python3.11 python
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c '$(SUPPORTED)' 2>/dev/null && echo $(p))))
COLAB_PYTHON ?= $(firstword $(foreach p,python3.13 $(PYTHON),$(shell $(p) -c '$(SUPPORTED)' 2>/dev/null && echo $(p))))
VENV := .venv/bin/python
JAX_TESTS := tests/jax_devices.py $(patsubst %,tests/test_%.py,alexnet attribution augment augmenting blocks cost fit inception layers lenet networks published resnet vgg weights)
PART_tests := tests
PART_lessons := $(wildcard notebooks/*.ipynb)
PART_exercises := notebooks/exercises notebooks/solutions
# What make check leaves out: these train, or start Python again and again.
LONG := as_keras benchmark checks fit inception interrupted nbval networks own_models replicas setup_cell train training weights
CHECKED := $(filter-out $(LONG:%=tests/test_%.py),$(wildcard tests/test_*.py)) notebooks/00_start_here.ipynb
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

.PHONY: lab test check lint test-colab test-jax test-kill test-zoo notebooks mistakes badges book pdf pack test-book

lab: .venv/installed
	@echo "Starting JupyterLab; Ctrl-C twice ends it."
	@JUPYTER_CONFIG_PATH="$(CURDIR)/scripts/lab$${JUPYTER_CONFIG_PATH:+:$$JUPYTER_CONFIG_PATH}" $(VENV) -m jupyterlab --log-level=ERROR $(ROOT) $(if $(NO_BROWSER),--no-browser) --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb

test: lint
	@$(VENV) -m pytest --nbval -n 2 --dist loadfile $(if $(PART),$(or $(PART_$(PART)),$(error PART is tests, lessons or exercises; got $(PART))))

check: lint
	@$(VENV) -m pytest --nbval -n 2 --dist loadfile $(CHECKED)

lint: .venv/installed
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .

test-colab: .venv-colab/installed
	@.venv-colab/bin/python -m pytest --nbval $(if $(ALL),notebooks,notebooks/exercises notebooks/solutions) tests/test_checks.py tests/test_batch_normalization.py

test-jax: .venv-jax/installed
	@KERAS_BACKEND=jax JAX_DISABLE_MOST_OPTIMIZATIONS=1 .venv-jax/bin/python -m pytest --noconftest -o addopts= -n 2 --dist loadfile -m "not tensorflow" $(JAX_TESTS)

test-kill: .venv/installed
	@COURSE_KILLS=20 $(VENV) -m pytest tests/test_interrupted.py

notebooks: .venv/installed
	@$(VENV) scripts/build_notebooks.py $(LESSON) $(if $(FORCE),--force)

test-zoo: .venv/installed
	@COURSE_ZOO=1 $(VENV) -m pytest -n 2 tests/test_zoo.py tests/test_weights.py

mistakes: .venv/installed
	@PYTHONPATH=.:tests $(VENV) -m planted 2>/dev/null

badges: .venv/installed
	@test -n "$(REPO)$(REF)" || { echo "make badges REPO=owner/name REF=branch-or-tag: one of them, or both" >&2; exit 1; }
	@$(VENV) scripts/build_notebooks.py $(if $(REPO),--repository "$(REPO)") $(if $(REF),--ref "$(REF)")

book: .venv-book/installed
	@.venv-book/bin/python scripts/build_book.py

pdf: book
	@.venv-book/bin/python scripts/print_book.py

pack: .venv/installed
	@$(VENV) scripts/pack.py $(LESSON)

test-book: book
	@.venv-book/bin/python -m pytest -q -p no:cacheprovider --noconftest -o addopts= -o pythonpath= -n 2 book/test_book.py

.venv/installed: requirements.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found: install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c '$(SUPPORTED)' || { echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON); this takes a minute or two, once."
	@"$(PYTHON)" -m venv --clear .venv || { echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu, install python3-venv" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv-colab/installed: tests/colab.txt
	@test -n "$(COLAB_PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found: install one, or name it: make test-colab COLAB_PYTHON=/path/to/python3.13" >&2; exit 1; }
	@echo "Setting up .venv-colab with $(COLAB_PYTHON) (Colab has 3.13); this takes a minute or two, once."
	@$(COLAB_PYTHON) -m venv --clear .venv-colab
	@.venv-colab/bin/python -m pip install --quiet --disable-pip-version-check -r tests/colab.txt
	@touch $@

# Beside the course's own environment: what JAX and the book need.
REQUIREMENTS_jax := tests/jax.txt
REQUIREMENTS_book := book/requirements.txt
.SECONDEXPANSION:
.venv-jax/installed .venv-book/installed: .venv-%/installed: $$(REQUIREMENTS_$$*)
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found: install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "Setting up .venv-$* with $(PYTHON); this takes a minute or two, once."
	@"$(PYTHON)" -m venv --clear .venv-$*
	@.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
