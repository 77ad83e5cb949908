"""Demo and benchmark data in landing form, with the truth planted beside it."""

from service_kpis.generate.generate import generate

__all__ = ["generate"]
