"""A generated world gives the same conversations and KPIs in landing form and in each vendor's tables."""

import csv
import gzip
import shutil
from pathlib import Path

import duckdb
import pytest
from rebuilt import Build, connected

from service_kpis.generate import generate
from service_kpis.generate.dirt import KEYS
from service_kpis.generate.shapes import check, shape_of, shapes, write
from service_kpis.load.contract import vendors
from service_kpis.load.sources import Tool

VENDORS = shapes()[1:]
FORMS = [(vendor, loader) for vendor in VENDORS for loader in shape_of(vendor).LOADERS]
# A run's own name, and that of the calendar: the project's, or the tool's with the same hours.
NAMES = ("run_id", "calendar_id")
CHILDREN = {"tickets": ("ticket_messages", "ticket_events"), "chats": ("chat_messages",)}
COMPARED = ("core.fct_conversations", "marts.kpi_values")


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("shapes") / "world"
    generate(1500, 7, folder)
    return folder


@pytest.fixture(scope="module")
def renamed(world) -> dict[str, Path]:
    """The world with the names of each vendor."""
    folders = {vendor: world.parent / f"{vendor}_renamed" for vendor in VENDORS}
    for vendor, folder in folders.items():
        shape_of(vendor).renamed(world, folder)
    return folders


@pytest.fixture(scope="module")
def formed(world, renamed) -> dict[tuple[str, str], Path]:
    """The world in the form of each vendor and loader."""
    folders = {form: world.parent / "_".join(form) for form in FORMS}
    for (vendor, loader), folder in folders.items():
        shape_of(vendor).convert(renamed[vendor], folder, loader)
    return folders


def read(folder: Path, table: str) -> list[tuple]:
    """The typed rows of a table."""
    with duckdb.connect() as connection:
        return connection.execute(f"from read_parquet('{folder}/{table}_[0-9]*.parquet')").fetchall()


def ids(folder: Path, table: str, key: str) -> list[str]:
    with duckdb.connect() as connection:
        return [
            row
            for (row,) in connection.execute(
                f"select {key} from read_parquet('{folder}/{table}_[0-9]*.parquet') where {key} is not null"
            ).fetchall()
        ]


def moved(folder: Path) -> tuple[str, set[str]]:
    """The table of contacts that moved, and their ids."""
    with duckdb.connect() as connection:
        rows = connection.execute(f"from '{folder}/_truth/moved.parquet'")
        key = rows.description[0][0]
        return f"{key.removesuffix('_id')}s", {row for (row,) in rows.fetchall()}


@pytest.mark.parametrize("form", FORMS, ids="_".join)
def test_a_contact_is_in_one_form_with_all_its_rows(form, formed, renamed):
    parent, gone = moved(renamed[form[0]])
    key = KEYS[parent][0]
    assert len(gone) > 100
    for table in (parent, *CHILDREN[parent]):
        before, after = ids(renamed[form[0]], table, key), ids(formed[form] / "landing", table, key)
        assert sorted(after) == sorted(row for row in before if row not in gone)


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_renamed_world_has_the_rows_of_the_world_and_none_of_its_old_systems(vendor, world, renamed):
    for table in KEYS:
        for path in sorted(world.glob(f"{table}*")):
            there = renamed[vendor] / path.name
            if path.suffix == ".parquet":
                # What merging closes at once has no closing after it.
                assert 0 <= len(read(world, table)) - len(read(renamed[vendor], table)) < 20
                continue
            before, after = text(path), text(there)
            assert len(after) == len(before) or table == "agents"
            for system in systems(vendor):
                assert not [line for line in after if system in line]


def text(path: Path) -> list[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return file.read().splitlines()


def systems(vendor: str) -> tuple[str, ...]:
    return shape_of(vendor).NAMES.systems


@pytest.mark.parametrize("vendor", VENDORS)
def test_surveys_name_as_many_conversations_as_before(vendor, world, renamed):
    """Of those that moved, too."""

    def named(folder: Path) -> list[tuple]:
        with duckdb.connect() as connection:
            return connection.execute(
                f"""
                select conversation_type, count(*) from '{folder}/surveys_*.parquet' as surveys
                join '{folder}/_truth/conversations.parquet' as truth
                    on truth.source_system = surveys.conversation_source_system
                    and truth.source_type = surveys.conversation_type
                    and truth.source_conversation_id = surveys.conversation_id
                group by all order by all
                """
            ).fetchall()

    assert named(renamed[vendor]) == named(world) != []


@pytest.mark.parametrize("form", FORMS, ids="_".join)
def test_each_trap_is_planted_in_contacts_that_moved(form, formed, renamed):
    _, gone = moved(renamed[form[0]])
    with (formed[form] / "_truth" / f"{form[0]}_traps.csv").open(encoding="utf-8") as file:
        traps = list(csv.DictReader(file))
    assert {trap["trap"] for trap in traps} == {*shape_of(form[0]).TRAPS}
    assert {trap["conversation_id"] for trap in traps} <= gone


def test_a_shape_or_loader_that_there_is_not_is_said(tmp_path):
    with pytest.raises(ValueError, match="there is no shape carrier_pigeon: landing, "):
        check("carrier_pigeon")
    with pytest.raises(ValueError, match="landing does not come by fivetran"):
        check("landing", "fivetran")
    (tmp_path / "mine").write_text("")
    with pytest.raises(FileExistsError):
        write(1000, 1, tmp_path, VENDORS[0])


def test_a_shape_is_written_over_an_earlier_one(tmp_path):
    for _ in range(2):
        write(1000, 1, tmp_path / "out", VENDORS[0])
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"_truth", "landing", VENDORS[0]}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
@pytest.mark.parametrize("vendor", [vendor for vendor in VENDORS if vendor in vendors()])
def test_every_form_gives_the_same_conversations_and_kpis(vendor, renamed, formed, tmp_path):
    shape = shape_of(vendor)
    first, *others = shape.LOADERS
    variables = {"vendors": [vendor]} | shape.VARIABLES
    landing, tools = _tool(vendor, formed[vendor, first])
    whole = Build(landing, tmp_path / first, variables=variables, tools=tools)

    def rebuilt(name: str, landing: Path, tools: tuple[Tool, ...] = ()) -> Path:
        (tmp_path / name).mkdir()
        file = whole.load(landing, tmp_path / name, tools=tools)
        with connected(file) as connection:
            whole.run(connection)
        return file

    expected = {"": whole.build}
    built = {"landing": rebuilt("landing", renamed[vendor])}
    for loader in others:
        if loader in shape.LOST:
            lessened = _without(renamed[vendor], shape.LOST[loader], tmp_path / f"for_{loader}")
            expected[loader] = rebuilt(f"without_what_{loader}_loses", lessened)
        built[loader] = rebuilt(loader, *_tool(vendor, formed[vendor, loader]))
    for name, file in built.items():
        with duckdb.connect(str(file)) as connection:
            connection.execute(f"attach '{expected.get(name, expected[''])}' as expected (read_only)")
            for table in COMPARED:
                assert _differing(connection, table) == [], (name, table)


def _without(world: Path, lost: dict[str, str], out: Path) -> Path:
    """The world without the rows that a loader does not land of the contacts that moved."""
    key = KEYS[moved(world)[0]][0]
    shutil.copytree(world, out)
    with duckdb.connect() as connection:
        for table, condition in lost.items():
            for path in sorted(world.glob(f"{table}_[0-9]*.parquet")):
                gone = f"{key} IN (SELECT {key} FROM '{world}/_truth/moved.parquet') AND {condition}"
                kept = f"SELECT * FROM '{path}' WHERE NOT coalesce({gone}, false)"
                connection.execute(f"COPY ({kept}) TO '{out / path.name}'")
    return out


def _tool(vendor: str, folder: Path) -> tuple[Path, tuple[Tool, ...]]:
    return folder / "landing", (Tool(vendor, vendor, str(folder / vendor)),)


def _differing(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    """Some rows of a table that are in one of the two builds alone."""
    columns = [name for name, *_ in connection.execute(f"describe {table}").fetchall() if name not in NAMES]
    ours, theirs = (
        f"select {', '.join(columns)} from {database}.{table}"
        for database in (connection.execute("select current_database()").fetchone()[0], "expected")
    )
    return connection.execute(
        f"(({ours}) except all ({theirs}) limit 3) union all (({theirs}) except all ({ours}) limit 3)"
    ).fetchall()
