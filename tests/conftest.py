from pathlib import Path

import pytest

from danvan_analysis.facts import Facts, load_facts
from danvan_analysis.intake import read_raw
from danvan_analysis.tables import Data

ROOT = Path(__file__).parent.parent
TRIAL = ROOT / "data" / "raw" / "gia-dinh"


@pytest.fixture(scope="session")
def facts() -> Facts:
    return load_facts()


@pytest.fixture(scope="session")
def trial(facts: Facts) -> Data:
    return read_raw(TRIAL, facts)


@pytest.fixture(scope="session")
def shipped(facts: Facts) -> Data:
    return read_raw(ROOT / "data" / "raw", facts)
