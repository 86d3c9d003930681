"""The set-up agrees with itself, without asking a registry: pyproject, lock, environment.yml, Makefile, version, words."""

import itertools
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages import Message, mofile, pofile
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import danvan_analysis

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "danvan_analysis"
PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PYTHONS = ("3.11", "3.12", "3.13")
#: What markers ask of a machine.
SYSTEMS = (
    {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
    {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
)


def _declared() -> list[str]:
    extras = PYPROJECT["project"]["optional-dependencies"]
    return [*PYPROJECT["project"]["dependencies"], *itertools.chain(*extras.values())]


@cache
def _pins() -> list[tuple[Requirement, list[str]]]:
    """Give every pin of the lock with its hashes."""
    lines = [line for line in LOCK.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    entries = re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines()
    return [(Requirement(entry.split("--hash=")[0].strip()), re.findall(r"--hash=(\S+)", entry)) for entry in entries]


def _pins_of(name: str) -> list[Requirement]:
    return [pin for pin, _ in _pins() if canonicalize_name(pin.name) == canonicalize_name(name)]


def _machine(python: str, system: dict[str, str]) -> dict[str, str]:
    return {
        **system, "python_version": python, "python_full_version": f"{python}.5", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "extra": "",
    }  # fmt: skip


def test_every_pin_is_exact_and_hashed():
    assert len(_pins()) > 50
    for pin, hashes in _pins():
        assert [spec.operator for spec in pin.specifier] == ["=="], str(pin)
        assert hashes, str(pin)
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", value) for value in hashes), str(pin)


@pytest.mark.parametrize("declared", _declared())
def test_every_dependency_has_a_pin_that_satisfies_it(declared: str):
    wanted = Requirement(declared)
    pins = _pins_of(wanted.name)
    assert pins, f"{declared} is not in requirements.lock: run `make lock`"
    assert [str(p) for p in pins if not wanted.specifier.contains(str(next(iter(p.specifier)).version))] == []


@pytest.mark.parametrize("declared", _declared())
@pytest.mark.parametrize("python", PYTHONS)
def test_one_pin_holds_on_every_machine(declared: str, python: str):
    for system in SYSTEMS:
        here = _machine(python, system)
        held = [pin for pin in _pins_of(Requirement(declared).name) if not pin.marker or pin.marker.evaluate(here)]
        assert len(held) == 1, (declared, here)


@pytest.mark.parametrize("name", ["babel", "packaging", "pyyaml"])
def test_what_these_tests_lean_on_is_in_the_lock(name: str):
    assert _pins_of(name)


def test_no_address_in_the_lock():
    assert re.findall(r"(?i)\w+://\S*|/simple\b|--?(?:extra-)?index-url|--find-links|--trusted-host|@ ?git", LOCK) == []


def test_pythons_are_the_same_everywhere():
    allowed = SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert [python for python in ("3.10", *PYTHONS, "3.14") if allowed.contains(python)] == list(PYTHONS)
    assert PYPROJECT["tool"]["mypy"]["python_version"] == PYTHONS[0]
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + PYTHONS[0].replace(".", "")


def test_environment_names_python_pip_and_the_lock():
    text = (ROOT / "environment.yml").read_text("utf-8")
    environment = yaml.safe_load(text)
    plain = [item for item in environment["dependencies"] if isinstance(item, str)]
    by_pip = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    assert {re.split("[=<>]", item)[0] for item in plain} == {"python", "pip"}
    python = next(item.split("=", 1)[1] for item in plain if item.startswith("python"))
    assert python in PYTHONS
    assert by_pip == [["-r requirements.lock"]]  # pip refuses `-e .` beside hashes, so that is a command of its own
    assert "pip install --no-deps -e ." in text
    assert "://" not in text


def _recipes() -> dict[str, str]:
    recipes: dict[str, str] = {}
    target = ""
    for line in (ROOT / "Makefile").read_text("utf-8").splitlines():
        if head := re.match(r"([\w./-]+):(?!=)", line):
            target = head[1]
            recipes[target] = ""
        elif line.startswith("\t"):
            recipes[target] += line + "\n"
        elif not line:
            target = ""
    return recipes


def test_the_make_targets_are_there_and_do_what_they_say():
    recipes = _recipes()
    assert {"setup", "so-ket", "test", "notebooks", "lock", "locale"} <= set(recipes)
    install = recipes[".venv/installed"]
    assert "--require-hashes -r requirements.lock" in install
    assert re.search(r"pip install .*--no-deps .*-e \.", install)
    assert "so-ket --nam $(NAM)" in recipes["so-ket"]
    assert all(word in recipes["test"] for word in ("ruff check", "ruff format --check", "mypy", "pytest", "--nbval"))
    assert "record_timing=False" in recipes["notebooks"]
    assert all(word in recipes["lock"] for word in ("--universal", "--generate-hashes", "--no-emit-index-url"))
    extras = set(re.findall(r"--extra (\w+)", recipes["lock"]))
    assert extras == set(PYPROJECT["project"]["optional-dependencies"])
    phony = re.search(r"(?m)^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"))
    assert phony
    assert set(phony[1].split()) == {name for name in recipes if not name.startswith(".")}


def test_ci_runs_the_tests():
    assert (ROOT / ".ci" / "run").read_text("utf-8").rstrip().endswith("make test")


def test_the_version_has_one_source():
    assert "version" in PYPROJECT["project"]["dynamic"]
    assert "version" not in PYPROJECT["project"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "danvan_analysis.__version__"}
    homes = [f for f in PACKAGE.rglob("*.py") if re.search(r"(?m)^__version__\s*=", f.read_text("utf-8"))]
    assert homes == [PACKAGE / "__init__.py"]
    assert Version(danvan_analysis.__version__)
    assert f"[{danvan_analysis.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_what_the_package_needs_beside_code_is_shipped():
    """Facts and the words of the command line are package data: an installed copy must hold them too."""
    declared = PYPROJECT["tool"]["setuptools"]["package-data"]
    shipped = {
        file
        for package, patterns in declared.items()
        for pattern in patterns
        for file in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    needed = {f for f in PACKAGE.rglob("*") if f.is_file() and f.suffix not in (".py", ".pyc")}
    assert needed - shipped == set()


def test_results_are_not_put_into_git():
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert lines.index("data/processed/*") < lines.index("!data/processed/README.md")
    assert (ROOT / "data" / "processed" / "README.md").is_file()
    assert not any(line.startswith(("data/raw", "notebooks", "*.csv", "*.xlsx", "*.ipynb")) for line in lines)


def test_the_compiled_words_are_those_of_the_source():
    with (PACKAGE / "locale" / "danvan.po").open("rb") as source:
        catalog = pofile.read_po(source, locale="vi")
    with (PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "danvan.mo").open("rb") as compiled:
        words = mofile.read_mo(compiled)
    wanted = _words(message for message in catalog if not message.fuzzy)
    assert wanted
    assert _words(words) == wanted, "run `make locale`"


def _words(messages: Iterable[Message]) -> list[tuple[str, ...]]:
    """Give every message with its translation; a plural's forms one after the other."""
    told = [(message.id, message.string) for message in messages if message.id and message.string]
    return sorted(
        tuple(itertools.chain(*([part] if isinstance(part, str) else part for part in pair))) for pair in told
    )
