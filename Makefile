# Hai lệnh cần nhớ: `make so-ket` (NAM=2024 nếu không ghi) và `make test`.
PYTHON ?= python3
NAM ?= 2024
DANVAN = .venv/bin/danvan
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: setup so-ket lab test test-full notebooks doi-chieu lock locale

setup: .venv/installed

# Setuptools is in the lock, so the project itself builds without asking for anything unlisted.
.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --require-hashes -r requirements.lock
	.venv/bin/pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

so-ket: setup
	$(DANVAN) so-ket --nam $(NAM)

# Opens JupyterLab on the notebooks. Windows: .venv\Scripts\jupyter lab --config=lab/config.py
lab: setup
	.venv/bin/jupyter lab --config=lab/config.py

test: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy danvan_analysis
	.venv/bin/pytest -n 2 --dist loadscope --nbval tests danvan_analysis notebooks

# The long runs only; `make test` has the rest.
test-full: setup
	.venv/bin/pytest -n 2 -m full tests

# Runs the notebooks again and stores their outputs (the reference that `make test` compares): no times, no versions.
notebooks: setup
	.venv/bin/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		--ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.clear_cell_metadata=False \
		--ClearMetadataPreprocessor.preserve_nb_metadata_mask="{'kernelspec'}" notebooks/*.ipynb

# Reckons every published percentage again from its counts: docs/doi-chieu-cong-bo.md.
doi-chieu: setup
	.venv/bin/python docs/doi_chieu_cong_bo.py

lock:
	uv pip compile pyproject.toml --extra notebooks --extra dev --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

# Compiles the Vietnamese words of the command line; the package ships the .mo.
locale: setup
	.venv/bin/pybabel compile --locale vi --input-file danvan_analysis/locale/danvan.po \
		--output-file danvan_analysis/locale/vi/LC_MESSAGES/danvan.mo
