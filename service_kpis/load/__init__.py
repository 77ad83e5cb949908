"""Loads landing locations and vendors' tables into typed raw tables: where text becomes types."""

from service_kpis.load.findings import Findings
from service_kpis.load.load import LoadSummary, load_landing
from service_kpis.load.loaded import Loaded, stamps
from service_kpis.load.sources import Tool, parse_sources
from service_kpis.load.words import seed_of, write_lines
from service_kpis.load.zones import Zones, parse_zones

__all__ = [
    "Findings",
    "LoadSummary",
    "Loaded",
    "Tool",
    "Zones",
    "load_landing",
    "parse_sources",
    "parse_zones",
    "seed_of",
    "stamps",
    "write_lines",
]
