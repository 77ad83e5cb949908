"""What a board's tile reads, for tests."""

import re

from service_kpis.boards.board import Tile
from service_kpis.docs import Project

FAMILIES = {kpi["kpi_id"]: kpi["family"] for kpi in Project().kpis}


def named_in(sql: str) -> set[str]:
    """The published relations that a text names."""
    return set(re.findall(r"\b(?:marts|core|quality)\.(\w+)", sql))


def relations(tile: Tile) -> set[str]:
    """The published relations of a tile's SQL; shared SQL names the family of the tile's KPI by a brace."""
    family = FAMILIES[tile.kpis[0]] if tile.kpis else ""
    return named_in(tile.sql.read_text(encoding="utf-8").replace("{family}", family))
