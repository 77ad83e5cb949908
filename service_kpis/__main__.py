"""`python -m service_kpis` is the same as `service-kpis`."""

from service_kpis.cli import app

app(prog_name="service-kpis")
