"""The two edges of a run, checked with Great Expectations: what was loaded, what is about to be published."""

from service_kpis.edges.check import are_watched, check, look
from service_kpis.edges.worker import Worker

__all__ = ["Worker", "are_watched", "check", "look"]
