# 计划问答。需要：Python ≥ 3.11、make、一个 Python 包源。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := serve
.PHONY: install install-dev serve test bench eval lock train train-questions ablations

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

serve: install
	$(BIN)/plan-assistant serve

test: install-dev
	@$(BIN)/python tests/browser_setup.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# SAMPLES=folder: the documents of the search questions that do not come with the project.
# PLANS=number: how large a library is built and asked; 400 take about three minutes.
PLANS ?= 400
bench: install-dev
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.library --plans $(PLANS)
	$(BIN)/python -m benchmarks.search $(SAMPLES)

# Over the packaged plans alone, in a library of its own: what the user's library holds changes nothing.
eval: install
	PLAN_ASSISTANT_HOME=$(VENV)/eval PLAN_ASSISTANT_CORPUS=corpus $(BIN)/plan-assistant eval \
		--baseline evals/baseline.json --report $(VENV)/eval/report

# --- The encoder: trained once, shipped with the package ---------------------------------------------------------------

# In an environment of its own. TORCH is what pip is told: a build without CUDA is smaller and enough.
TRAINING := .venv-training
TRAINER := $(TRAINING)/bin/python
TORCH ?= torch==2.13.0
ABLATIONS := contrastive written half-glossary news negatives

$(TRAINING)/.installed: training/requirements.lock
	$(PYTHON) -m venv $(TRAINING)
	$(TRAINER) -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(TRAINER) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r training/requirements.lock
	@touch $@

.PHONY: training-text
training-text:
	@test -f "$(TEXT)/plans.tar.xz" && test -f "$(TEXT)/news.txt.xz" || \
		{ echo "没有训练文本：请用 make train TEXT=文件夹 指明放着 plans.tar.xz 和 news.txt.xz 的文件夹" >&2; exit 2; }

train: training-text $(TRAINING)/.installed
	$(TRAINER) -m training "$(TEXT)"

# The classifiers of questions, and the words that people say around whatever they ask: from training/questions/.
train-questions: $(TRAINING)/.installed
	$(TRAINER) -m training.intent
	$(TRAINER) -m training.asking_words

# What each part of the training brings: an encoder without it, measured beside the shipped one.
ablations: training-text $(TRAINING)/.installed install-dev
	for part in $(ABLATIONS); do \
		$(TRAINER) -m training "$(TEXT)" --without $$part --output $(TRAINING)/without/$$part || exit; done
	$(BIN)/python -m benchmarks.search $(SAMPLES) $(foreach part,$(ABLATIONS),--encoder 无$(part)=$(TRAINING)/without/$(part))

# Pins every dependency with its hashes, for all platforms and Pythons at once; names no registry.
lock: install-dev
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" \
		--group pyproject.toml:build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" \
		--group pyproject.toml:build --group pyproject.toml:dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --override training/without-torch.txt \
		--group pyproject.toml:training -o training/requirements.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "需要 Python 3.11 或更新的版本，当前是 $$($(PYTHON) --version 2>&1)；可用 make PYTHON=python3.12 指定" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# The project itself goes in without an isolated build, so that nothing unpinned is fetched.
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "正在安装依赖（第一次约需几分钟）……"
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
