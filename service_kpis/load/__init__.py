"""Loads a landing location into typed raw tables: the one place where text becomes types."""

from service_kpis.load.findings import Findings
from service_kpis.load.load import LoadSummary, load_landing
from service_kpis.load.loaded import Loaded, stamps
from service_kpis.load.words import write_lines
from service_kpis.load.zones import Zones, parse_zones

__all__ = [
    "Findings",
    "LoadSummary",
    "Loaded",
    "Zones",
    "load_landing",
    "parse_zones",
    "stamps",
    "write_lines",
]
