"""Great Expectations on the files of a run: `python -m service_kpis.edges.validate`.

A process of its own (see `worker`): it takes seconds to import, keeps its connections open, and is noisy when
it ends. Its input is one line, the folder of `request.json`; there it leaves the answer, `unmet.json`.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import great_expectations as gx
import great_expectations.expectations as gxe
from great_expectations.expectations.row_conditions import Column
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from service_kpis.edges.pages import settle
from service_kpis.edges.watch import LANDING

ROWS_SHOWN = 5


@event.listens_for(Engine, "after_cursor_execute")
def keep_rows(connection, cursor, statement, parameters, context, executemany) -> None:
    """Fetch at once: Great Expectations closes the connection first, and DuckDB's result goes with it."""
    if connection.dialect.name == "duckdb" and cursor.description:
        rows = cursor.fetchall()
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=rows)


def main(request: dict[str, Any]) -> list[dict[str, Any]]:
    """Check the suites of a request against the files `landed` and `published`; write Data Docs into `docs`.

    Returns each expectation that was not met: suite, sentence, severity, measure, and what was observed.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    context.variables.data_docs_sites = {"edges": _site(request["docs"])}
    settings = urlencode({"access_mode": "read_only", **request["settings"]})
    sources = {
        file: context.data_sources.add_sql(
            file, connection_string=f"duckdb:///{quote(request[file])}?{settings}"
        )
        for file in ("landed", "published")
    }
    validations = [
        _validation(context, sources["landed" if suite["schema"] == LANDING else "published"], suite)
        for suite in request["suites"]
    ]
    checkpoint = gx.Checkpoint(name="edges", validation_definitions=validations, result_format="COMPLETE")
    ran = context.checkpoints.add(checkpoint).run(run_id=gx.RunIdentifier(run_name=request["run_id"]))
    results = ran.run_results.values()
    context.build_data_docs()
    unmet = [
        _unmet(result.suite_name, found)
        for result in results
        for found in result.results
        if not found.success
    ]
    settle(Path(request["docs"]), request["run_id"], request["suites"], unmet)
    return unmet


def _site(folder: str) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": folder},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def _validation(context, source, suite: dict[str, Any]) -> gx.ValidationDefinition:
    asset = source.add_table_asset(name=suite["name"], table_name=suite["table"], schema_name=suite["schema"])
    expectations = [_expectation(**expectation) for expectation in suite["expectations"]]
    definition = gx.ValidationDefinition(
        name=suite["name"],
        data=asset.add_batch_definition_whole_table("all"),
        suite=context.suites.add(gx.ExpectationSuite(name=suite["name"], expectations=expectations)),
    )
    return context.validation_definitions.add(definition)


def _expectation(
    kind: str, sentence: str, severity: str, arguments: dict[str, Any], measure: str
) -> gxe.Expectation:
    if up_to := arguments.pop("up_to", None):
        arguments["row_condition"] = Column(arguments["column"]) <= up_to
    return getattr(gxe, kind)(
        description=f"{sentence} ({measure})" if measure else sentence,
        severity=severity,
        meta={"sentence": sentence, "measure": measure},
        **arguments,
    )


def _unmet(suite: str, found) -> dict[str, Any]:
    config = found.expectation_config
    return {
        "suite": suite,
        **config.meta,
        "severity": str(config.severity.value),
        "observed": _observed(found),
    }


def _observed(found) -> str:
    errors = [error.get("exception_message") for error in _errors(found.exception_info) if error]
    if any(errors):
        return "; ".join(filter(None, errors))
    details = found.result.get("details", {})
    if rows := details.get("unexpected_rows"):
        return "; ".join(
            ", ".join(f"{name} {value}" for name, value in row.items()) for row in rows[:ROWS_SHOWN]
        )
    return str(details.get("mismatched") or found.result.get("observed_value"))


def _errors(info: dict[str, Any]) -> list[dict[str, Any]]:
    """One error or, for an expectation of several metrics, one by metric."""
    return [info] if "raised_exception" in info else list(info.values())


def end_with_input() -> None:
    """End this process when the run that began it has gone: its input is closed then."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    if folder := sys.stdin.readline().strip():
        threading.Thread(target=end_with_input, daemon=True).start()
        unmet = main(json.loads((Path(folder) / "request.json").read_text()))
        (Path(folder) / "unmet.json").write_text(json.dumps(unmet, indent=1))
