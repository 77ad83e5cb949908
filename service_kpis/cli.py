"""The commands `service-kpis generate`, `run`, `erase`, `restore`, `boards`, `explain` and `fresh`."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from service_kpis import __version__
from service_kpis.say import MaskedStream, say


class _App(typer.Typer):
    """The commands; what is wrong with an option, and tracebacks, are written to stderr masked, too."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        sys.stderr = MaskedStream(sys.stderr)
        return super().__call__(*arguments, **options)


app = _App(
    no_args_is_help=True,
    add_completion=False,
    # A traceback in a box breaks its lines, and so what is to be masked.
    pretty_exceptions_enable=False,
)

WarehouseOption = Annotated[Path, typer.Option(help="File to publish.")]
WorkOption = Annotated[Path, typer.Option(help="Folder to load and build in; deleting it costs only time.")]
NotifyOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="URL",
        envvar="SERVICE_KPIS_NOTIFY",
        help="Whom to tell of failures and new alerts, an Apprise URL; repeatable. "
        "One with a secret in it belongs in the variable.",
    ),
]
LandingOption = Annotated[
    str | None, typer.Option(metavar="LOCATION", help="Landing folder or FILE.duckdb#SCHEMA.")
]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=LOCATION",
        help="A source, repeatable: landing, or a vendor's tool as it lands; with several of one VENDOR:NAME."
        " A folder, FILE.duckdb#SCHEMA or postgres://…#SCHEMA; --landing X is --source landing=X.",
    ),
]
ZoneOption = Annotated[
    list[str] | None,
    typer.Option(metavar="[SYSTEM=]ZONE", help="IANA zone of times without an offset; UTC if not given."),
]
CountryOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[SYSTEM=]COUNTRY",
        help="Country of telephone numbers without + or 00, such as NL; else they match within a system.",
    ),
]
DEFAULT_WAREHOUSE = Path("warehouse/service_kpis.duckdb")


def _say_version(wanted: bool) -> None:
    if wanted:
        print(f"service-kpis {__version__}")
        raise typer.Exit


@app.callback(help="Customer-service KPIs: load landed data, build, audit, publish.")
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """What may be asked of no command."""


@app.command()
def generate(
    conversations: Annotated[int, typer.Option(min=1000, help="About how many conversations.")],
    out: Annotated[Path, typer.Option(help="Folder to write the landing files to.")],
    seed: Annotated[int, typer.Option(help="The same seed and size give the same data.")] = 1,
    shape: Annotated[
        str, typer.Option(help="landing, or a vendor whose tables what it can carry goes into.")
    ] = "landing",
    loader: Annotated[
        str | None, typer.Option(help="Who landed the vendor's tables; each lands them in its own form.")
    ] = None,
) -> None:
    """Write demo or benchmark data in landing form, or what a vendor can carry of them in its tables."""
    from service_kpis.generate.shapes import check, write
    from service_kpis.progress import Steps

    try:
        check(shape, loader)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with Steps(_console()).step("generate") as report:
        write(conversations, seed, out, shape, loader, report)


@app.command()
def run(
    context: typer.Context,
    landing: LandingOption = None,
    source: SourceOption = None,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="TS", help="Data cut-off, ISO 8601, UTC unless it has an offset."),
    ] = None,
    source_timezone: ZoneOption = None,
    phone_country: CountryOption = None,
    warehouse: WarehouseOption = DEFAULT_WAREHOUSE,
    work: WorkOption = Path("work"),
    keep: Annotated[int, typer.Option(min=0, help="How many earlier published files to keep.")] = 3,
    notify: NotifyOption = None,
) -> None:
    """Load, build, audit and publish.

    Exit codes: 0 ok, 1 a model or test failed and the old warehouse stays, 2 could not start,
    3 publish failed, 75 another run is going on.
    """
    # Here, not above: dbt takes seconds to import, `--help` should not.
    from service_kpis.errors import CannotStart
    from service_kpis.load import load_landing, parse_sources, parse_zones
    from service_kpis.run import CANNOT_START, Job, parse_as_of
    from service_kpis.run import run as run_job
    from service_kpis.signals import end_tidily

    end_tidily()
    console = _console()
    try:
        location, tools = parse_sources(landing, source or [])
        job = Job(
            landing=location,
            tools=tools,
            warehouse=warehouse,
            work=work,
            zones=parse_zones(source_timezone or [], phone_country or []),
            as_of=None if as_of is None else parse_as_of(as_of),
            keep=keep,
            notify=tuple(notify or ()),
        )
    except CannotStart as error:
        _stop(console, f"Could not start: {error}", CANNOT_START)
    start = context.obj or run_job
    raise typer.Exit(start(job, load_landing, console))


@app.command()
def check(
    landing: LandingOption = None,
    source: SourceOption = None,
    source_timezone: ZoneOption = None,
    phone_country: CountryOption = None,
    work: WorkOption = Path("work"),
) -> None:
    """Say in seconds, without building, what is wrong or unknown in what landed.

    Exit codes: 0 a run would start, 2 it would not.
    """
    import duckdb

    from service_kpis.errors import CannotStart
    from service_kpis.load import load_landing, parse_sources, parse_zones
    from service_kpis.messages import say_findings
    from service_kpis.run import CANNOT_START
    from service_kpis.signals import end_tidily, plain_folder

    end_tidily()
    console = _console()
    try:
        with plain_folder("service_kpis_check_") as folder:
            location, tools = parse_sources(landing, source or [])
            zones = parse_zones(source_timezone or [], phone_country or [])
            found = load_landing(location, folder / "check.duckdb", zones, tools=tools)
    except (CannotStart, duckdb.Error, OSError) as error:
        reason = str(error).partition("\n")[0]
        _stop(console, f"A run would not start: {reason}", CANNOT_START)
    say_findings(console, found.findings, work)
    landed = ", ".join(f"{table} {rows:,}" for table, rows in found.landed.items() if rows)
    say(console, f"Landed: {landed or 'nothing'}.")
    if found.findings.stops:
        _stop(console, "\n".join(["A run would not start:", *found.findings.stops]), CANNOT_START)
    say(console, "A run would start.")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def erase(
    context: typer.Context,
    customer_email: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help="An e-mail address of the customer.")
    ] = None,
    customer_phone: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER", help="A telephone number of the customer.")
    ] = None,
    customer_id: Annotated[
        list[str] | None, typer.Option(metavar="[SYSTEM=]ID", help="The customer's id in a source system.")
    ] = None,
) -> None:
    """Make one customer anonymous for good, then run: give the options of `run` as well.

    Whatever was seen together with what is given is erased too. Says how many identifiers and rows match; who
    matches nobody is refused (exit code 2). Done only with exit code 0; see `run`.
    """
    from service_kpis.erase import Person
    from service_kpis.erase import erase as erase_person

    person = Person(*map(tuple, (customer_email or (), customer_phone or (), customer_id or ())))
    if person == Person():
        raise typer.BadParameter("name the customer: --customer-email, --customer-phone or --customer-id")
    # dbt notes the process's command line in its artifacts.
    sys.argv[1:] = ["erase"]
    start = partial(erase_person, person=person)
    code = typer.main.get_command(app).main(["run", *context.args], obj=start, standalone_mode=False)
    raise typer.Exit(code)


@app.command()
def restore(
    run_id: Annotated[str, typer.Argument(help="The run whose file is to be published again.")],
    warehouse: WarehouseOption = DEFAULT_WAREHOUSE,
) -> None:
    """Go back to a file that was published before, and draw its boards; the next good run publishes anew.

    Exit codes: 0 ok, 2 no such file, 75 a run is going on.
    """
    from service_kpis.boards import draw_and_report
    from service_kpis.errors import CannotStart
    from service_kpis.lock import AnotherRun
    from service_kpis.publish import restore as restore_file
    from service_kpis.run import BUSY, CANNOT_START, PROJECT_DIR

    console = _console()
    try:
        restore_file(warehouse, run_id)
    except AnotherRun as error:
        _stop(console, f"Not restored: {error}", BUSY)
    except (CannotStart, OSError) as error:
        _stop(console, f"Not restored: {error}", CANNOT_START)
    say(console, f"{warehouse} is the file of run {run_id} again.")
    draw_and_report(warehouse, PROJECT_DIR, console)


@app.command()
def boards(
    warehouse: WarehouseOption = DEFAULT_WAREHOUSE,
) -> None:
    """Draw the boards of a published warehouse again; each run has drawn them already.

    Exit codes: 0 ok, 1 they could not be drawn.
    """
    from service_kpis.boards import BoardsFailed, draw

    console = _console()
    try:
        say(console, f"The boards are {draw(warehouse)}")
    except BoardsFailed as error:
        _stop(console, f"The boards could not be drawn: {error}", 1)


@app.command()
def explain(
    kpi: Annotated[
        str | None,
        typer.Argument(help="Its kpi_id, or a name or part of one in any language; all are listed without."),
    ] = None,
    conversation: Annotated[
        str | None,
        typer.Option(metavar="ID", help="A conversation_id, or the id in its source: what does it count as?"),
    ] = None,
    warehouse: Annotated[Path, typer.Option(help="Published file to ask.")] = DEFAULT_WAREHOUSE,
    work: WorkOption = Path("work"),
) -> None:
    """Say what a KPI is and how it stands, or why a conversation counts in it or not.

    Exit codes: 0 ok, 2 no such KPI, conversation or file.
    """
    from service_kpis.errors import CannotStart
    from service_kpis.explain import explain as explain_kpi

    console = _console()
    if conversation and not kpi:
        _stop(console, "Not explained: --conversation needs a KPI before it", 2)
    try:
        lines = explain_kpi(kpi, conversation, warehouse, work)
    except CannotStart as error:
        _stop(console, f"Not explained: {error}", 2)
    say(console, "\n".join(lines))


@app.command()
def fresh(
    run_within: Annotated[
        float, typer.Option(metavar="HOURS", help="How old the last good run may be.")
    ] = 26,
    data_within: Annotated[
        float | None, typer.Option(metavar="HOURS", help="How old the newest landed instant may be.")
    ] = None,
    warehouse: Annotated[Path, typer.Option(help="Published file to look at.")] = DEFAULT_WAREHOUSE,
    notify: NotifyOption = None,
) -> None:
    """Look whether the published file is as new as it should be, and tell if it is not.

    Exit codes: 0 fresh, 1 old, missing or unreadable.
    """
    from service_kpis.fresh import old
    from service_kpis.notify import notify as tell

    console = _console()
    if not (findings := old(warehouse, run_within, data_within)):
        say(console, f"{warehouse} is fresh.")
        return
    text = "\n".join(findings)
    tell(
        notify or (),
        "service-kpis: the warehouse is old",
        f"{warehouse}: {text}",
        is_failure=True,
        warn=lambda warning: say(console, f"Warning: {warning}", "yellow"),
    )
    _stop(console, f"{warehouse}: {text}", 1)


def _stop(console: Console, text: str, code: int) -> NoReturn:
    say(console, text, "red")
    raise typer.Exit(code) from None


def _console() -> Console:
    """The terminal; where there is none, lines long enough for the summary's tables."""
    console = Console()
    return console if console.is_terminal else Console(width=120)
