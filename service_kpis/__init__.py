"""Customer-service KPIs: demo data, load, build, audit, publish."""

__version__ = "0.1.0"
