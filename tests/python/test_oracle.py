"""The product and the oracle say the same of worlds made to be awkward (see strange_worlds.py and tests/oracle)."""

import math
from datetime import datetime
from typing import Any

import pytest
from oracle.conversation import Conversation
from oracle.kpis import kpis
from oracle.oracle import Answer, answer
from strange_worlds import AS_OF, drawn, placed, together
from worlds import Row, Warehouse, run_world

pytestmark = pytest.mark.slow

WINDOWS = ("24h", "48h", "7d")


@pytest.fixture(scope="module")
def scenes():
    return [placed(scene, number) for number, scene in enumerate(drawn(500))]


@pytest.fixture(scope="module")
def said(scenes) -> Answer:
    return answer(together(scenes).tables, AS_OF)


@pytest.fixture(scope="module")
def warehouse(scenes, tmp_path_factory):
    opened = run_world(together(scenes), tmp_path_factory.mktemp("oracle"), AS_OF)
    yield opened
    opened.close()
