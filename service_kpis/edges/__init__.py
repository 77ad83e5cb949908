"""The two edges of a run, checked with Great Expectations: what was loaded, what is about to be published."""

from service_kpis.edges.check import are_watched, check

__all__ = ["are_watched", "check"]
