"""What the loader makes of a vendor's tables as they land, tried on a vendor that is made up."""

import gzip
import json
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from service_kpis.errors import CannotStart
from service_kpis.load import contract, load_landing, parse_sources, parse_zones, words

DECLARED = """
sources:
  - name: acme
    schema: raw_acme
    tables:
      - name: ticket
        description: One row per ticket.
        config: {meta: {shape: flat}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true}}}
          - {name: customer_id, data_type: varchar, config: {meta: {pii: true, from: [requester_id]}}}
          - {name: customer_email, data_type: varchar, config: {meta: {pii: true, from: [email]}}}
          - {name: assignee_id, data_type: varchar}
          - name: via__channel
            data_type: varchar
            description: How it came.
            config: {meta: {from: [via__channel, via.channel], vocabulary: acme_via}}
          - {name: created_at, data_type: timestamp}
          - {name: has_body, data_type: boolean, config: {meta: {from: [body], is_present: true}}}
          - {name: loaded_at, data_type: timestamp, config: {meta: {from: [_fivetran_synced]}}}
      - name: ticket_change
        description: One row per change.
        config: {meta: {rows_of: ticket.changes, without: nobody knows who changed what}}
        columns:
          - {name: ticket_id, data_type: varchar, config: {meta: {required: true, from: [ticket_id, ^id]}}}
          - {name: field, data_type: varchar}
          - {name: value, data_type: varchar, config: {meta: {only_where: {field: [status]}}}}
          - {name: _fivetran_deleted, data_type: boolean}
"""
ANOTHER = """
      - name: ticket_step
        description: One row per change, by another loader.
        config: {meta: {without: nobody knows who changed what}}
        columns:
          - {name: ticket_id, data_type: varchar, config: {meta: {required: true}}}
"""
WORDS = "vocabulary,landed_word,word,source\nacme_via,mail,email,acme\n"


@pytest.fixture(autouse=True)
def acme(tmp_path, monkeypatch):
    """A project that knows the vendor acme, and no other."""
    staging, seeds = tmp_path / "staging", tmp_path / "seeds"
    for file, text in {
        staging / "acme" / "_acme__tickets.yml": DECLARED,
        seeds / "vendors" / "acme" / "acme_words.csv": WORDS,
    }.items():
        file.parent.mkdir(parents=True)
        file.write_text(text)
    # The landing tables stay where they are.
    monkeypatch.setattr(contract, "STAGING", staging)
    monkeypatch.setattr(words, "SEEDS", seeds)
    for cached in (contract.vendors, contract.vendor_tables, words.word_map):
        cached.cache_clear()
    yield staging / "acme" / "_acme__tickets.yml"
    for cached in (contract.vendors, contract.vendor_tables, words.word_map):
        cached.cache_clear()


class Loaded:
    """What a load left."""

    def __init__(self, folder: Path, *sources: str):
        location, tools = parse_sources(None, sources)
        self.file = folder / "build.duckdb"
        self.summary = load_landing(location, self.file, parse_zones([]), tools=tools)

    def rows(self, query: str) -> list[tuple]:
        """The rows of a query on the build file."""
        with duckdb.connect(str(self.file)) as connection:
            return connection.execute(query).fetchall()


def land(folder: Path, **files: str) -> Path:
    """A folder of files by name, __ for the dot of the ending; a text may be a COPY of DuckDB."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        if text.startswith("COPY "):
            with duckdb.connect() as connection:
                connection.execute(f"{text} '{path}'")
        else:
            path.write_text(text)
    return folder


def test_a_body_of_several_lines_is_one_row_and_is_not_kept(tmp_path):
    folder = land(
        tmp_path / "dump",
        ticket__csv='id,requester_id,body\n1,7,"hello\n\nI am, as you know,\n""me"""\n2,7,\n',
    )
    loaded = Loaded(tmp_path, f"acme={folder}")
    assert loaded.rows("SELECT id, has_body, landed_line_number FROM raw_acme.ticket ORDER BY id") == [
        ("1", True, 1),
        ("2", False, 2),
    ]
    assert b"as you know" not in loaded.file.read_bytes()


def test_a_line_of_too_many_fields_is_refused_and_the_others_are_kept(tmp_path):
    folder = land(tmp_path / "dump", ticket__csv="id,requester_id\n1,7\n2,7,surplus\n3,8\n")
    loaded = Loaded(tmp_path, f"acme={folder}")
    assert loaded.rows("SELECT id FROM raw_acme.ticket ORDER BY 1") == [("1",), ("3",)]
    assert loaded.rows("SELECT table_name, landed_line_number, rule, severity FROM raw.load_rejects") == [
        ("acme.ticket", 3, "ragged_line", "row")
    ]
    assert loaded.rows("SELECT landed_row_count, refused_row_count FROM raw.landed_files") == [(3, 1)]


def test_json_lines_give_paths_and_the_rows_of_arrays(tmp_path):
    lines = [
        {
            "id": 12.0,
            "via": {"channel": "mail", "source": {"from": "x"}},
            "created_at": 1607553243,
            "changes": [{"field": "status", "value": "open"}, {"field": "subject", "value": "hushhush"}],
        },
        {"id": 13, "via": None, "created_at": "2025-03-01T10:00:00+02:00", "changes": []},
    ]
    text = "\n".join(map(json.dumps, lines)) + "\nno json\n"
    folder = land(tmp_path / "dump")
    (folder / "ticket.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    loaded = Loaded(tmp_path, f"acme={folder}")
    assert loaded.rows("SELECT id, via__channel, created_at FROM raw_acme.ticket ORDER BY 1") == [
        ("12", "mail", datetime(2020, 12, 9, 22, 34, 3)),
        ("13", None, datetime(2025, 3, 1, 8)),
    ]
    assert loaded.rows("SELECT ticket_id, field, value FROM raw_acme.ticket_change ORDER BY 2") == [
        ("12", "status", "open"),
        ("12", "subject", None),
    ]
    assert loaded.rows("SELECT landed_line_number, rule FROM raw.load_rejects") == [(3, "no_json_object")]
    assert b"hushhush" not in loaded.file.read_bytes()


def test_parquet_and_csv_of_one_world_are_loaded_alike(tmp_path):
    columns = "id,requester_id,assignee_id,created_at,_fivetran_synced"
    csv = f"{columns}\n1,7,-1,2025-03-01 10:00:00,2025-03-02 00:00:00\n"
    in_text = land(tmp_path / "text", ticket__csv=csv)
    typed = tmp_path / "typed"
    typed.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"COPY (FROM '{in_text}/ticket.csv') TO '{typed}/ticket_001.parquet'")
    query = "SELECT * EXCLUDE (landed_file_name) FROM raw_acme.ticket"
    assert (rows := Loaded(tmp_path, f"acme={in_text}").rows(query)) == Loaded(
        tmp_path, f"acme={typed}"
    ).rows(query)
    assert rows[0][4] == "-1" and rows[0][6] == datetime(2025, 3, 1, 10)


def test_a_database_is_read_without_its_bodies(tmp_path):
    file = tmp_path / "dump.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA helpdesk")
        connection.execute(
            "CREATE TABLE helpdesk.Ticket AS SELECT 1::BIGINT AS ID, 'dear all' AS subject,"
            " {channel: 'mail', note: 'psst'} AS via, TIMESTAMPTZ '2025-03-01 10:00:00+02' AS created_at"
        )
    loaded = Loaded(tmp_path, f"acme={file}#helpdesk")
    assert loaded.rows("SELECT id, via__channel, created_at FROM raw_acme.ticket") == [
        ("1", "mail", datetime(2025, 3, 1, 8))
    ]
    assert b"dear all" not in loaded.file.read_bytes() and b"psst" not in loaded.file.read_bytes()


def test_several_sources_of_a_vendor_keep_their_names_and_a_customer_of_both_is_known_by_the_address(
    tmp_path,
):
    row = "id,requester_id,email\n1,7,Anna@Example.org\n"
    eu, us = (land(tmp_path / name, ticket__csv=row) for name in ("eu", "us"))
    loaded = Loaded(tmp_path, f"acme:eu={eu}", f"acme:us={us}")
    systems, ids, addresses = zip(
        *loaded.rows("SELECT source_system, customer_id, customer_email FROM raw_acme.ticket ORDER BY 1"),
        strict=True,
    )
    assert systems == ("acme_eu", "acme_us") and len({*ids}) == 2 and len({*addresses}) == 1
    assert b"nna@" not in loaded.file.read_bytes().lower()


def test_rows_that_were_deleted_are_refused_unless_the_vendor_s_models_ask_for_the_mark(tmp_path):
    folder = land(
        tmp_path / "dump",
        ticket__csv="id,_fivetran_deleted\n1,true\n2,false\n",
        ticket_change__csv="ticket_id,field,_fivetran_deleted\n1,status,true\n",
    )
    loaded = Loaded(tmp_path, f"acme={folder}")
    assert loaded.rows("SELECT id FROM raw_acme.ticket") == [("2",)]
    assert loaded.rows("SELECT _fivetran_deleted FROM raw_acme.ticket_change") == [(True,)]


def test_what_was_recognised_is_said_and_what_is_not_known_without_a_table(tmp_path):
    folder = land(
        tmp_path / "dump", ticket__csv="id,_fivetran_synced\n1,2025-03-01\n", ticket_tag__csv="id\n1\n"
    )
    assert Loaded(tmp_path, f"acme={folder}").summary.findings.noted == [
        "acme is read as acme as Fivetran lands it, in flat shape: ticket 1",
        "acme: ticket_change did not land: nobody knows who changed what",
        "acme: no table that is read: acme/ticket_tag.csv",
    ]


def test_where_one_of_two_tables_landed_nothing_is_missing(tmp_path, acme):
    """Two loaders give the same in two tables: that one did not land takes nothing away."""
    acme.write_text(DECLARED + ANOTHER)
    contract.vendor_tables.cache_clear()
    files = {"ticket__csv": "id\n1\n"}
    bare = Loaded(tmp_path, f"acme={land(tmp_path / 'bare', **files)}").summary.findings.noted
    assert "acme: ticket_change or ticket_step did not land: nobody knows who changed what" in bare
    files |= {"ticket_step__csv": "ticket_id\n1\n"}
    noted = Loaded(tmp_path, f"acme={land(tmp_path / 'full', **files)}").summary.findings.noted
    assert not [line for line in noted if "did not land" in line]


def test_a_column_on_which_kpis_rest_is_said_where_it_is_not_there(tmp_path, acme):
    acme.write_text(DECLARED.replace("vocabulary: acme_via", "vocabulary: acme_via, decides_kpis: true"))
    contract.vendor_tables.cache_clear()
    folder = land(tmp_path / "dump", ticket_1__csv="id,via__channel\n1,mail\n", ticket_2__csv="id\n2\n")
    noted = Loaded(tmp_path, f"acme={folder}").summary.findings.noted
    places = "via__channel or via / channel"
    assert (
        f"acme: acme/ticket_2.csv has no {places}, on which KPIs rest: until it lands, nothing is known of:"
        " How it came."
    ) in noted
    assert not [line for line in noted if "ticket_1" in line]


def test_a_word_of_the_vendor_that_nobody_knows_is_said(tmp_path):
    folder = land(tmp_path / "dump", ticket__csv="id,via__channel\n1,mail\n2,pigeon\n")
    (said,) = (text for text in Loaded(tmp_path, f"acme={folder}").summary.findings.said if "pigeon" in text)
    assert said.startswith("acme.ticket.via__channel: nobody knows the words 'pigeon' (1)")


def test_a_vendors_word_in_the_list_of_all_landing_tables_stays_unknown(tmp_path, monkeypatch):
    """The vendor's models look it up in the vendor's list alone: elsewhere it would mean nothing."""
    everybodys = tmp_path / "word_map.csv"
    everybodys.write_text(words.WORD_MAP.read_text().rstrip() + "\nacme_via,pigeon,email,own\n")
    monkeypatch.setattr(words, "WORD_MAP", everybodys)
    words.word_map.cache_clear()
    folder = land(tmp_path / "dump", ticket__csv="id,via__channel\n1,mail\n2,pigeon\n")
    (unknown,) = Loaded(tmp_path, f"acme={folder}").summary.findings.unknown
    assert unknown.word == "pigeon"
    assert words.seed_of("acme_via") == "seeds/vendors/acme/acme_words.csv"
    assert words.seed_of("ticket_status") == "seeds/words/word_map.csv"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"ticket__csv": "number\n1\n"},
            "acme.ticket: column id is missing in acme/ticket.csv; found: number",
        ),
        (
            {"ticket__parquet": "COPY (SELECT 1 AS number) TO"},
            "acme.ticket: column id is missing in acme/ticket.parquet; found: number",
        ),
        ({"notes__csv": "id\n1\n"}, "no table of acme in acme's location: expected e.g. ticket"),
        ({"ticket__csv": "id,id\n1,1\n"}, "a column stands twice: id"),
        ({"ticket__parquet": "no parquet"}, "cannot be read"),
    ],
)
def test_what_cannot_be_loaded_stops_with_one_line(tmp_path, files, said):
    with pytest.raises(CannotStart) as stopped:
        Loaded(tmp_path, f"acme={land(tmp_path / 'dump', **files)}")
    assert said in str(stopped.value) and "\n" not in str(stopped.value)


def test_a_row_without_its_key_is_refused(tmp_path):
    folder = land(tmp_path / "dump", ticket__csv="id,assignee_id\n,5\n2,6\n")
    loaded = Loaded(tmp_path, f"acme={folder}")
    assert loaded.rows("SELECT id FROM raw_acme.ticket") == [("2",)]
    assert loaded.rows("SELECT column_name, rule FROM raw.load_rejects") == [("id", "missing")]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["acme"], "--source acme is not NAME=LOCATION"),
        (["zoho=x"], "a NAME is landing, acme"),
        (["acme=x", "acme=y"], "two sources are called acme"),
        (["acme:E U=x"], "after the colon"),
        (["landing:x=y"], "is not NAME=LOCATION"),
        ([], "one landing location is needed"),
    ],
)
def test_sources_that_cannot_be_told_apart_are_refused(options, said):
    with pytest.raises(CannotStart, match=said):
        parse_sources(None, options)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/no/such/folder", "is not there: expected a folder, FILE.duckdb#SCHEMA or postgres"),
        ("mysql://me:secret@localhost/x#y", "expected a server as postgres://"),
        ("postgres://me:secret@127.0.0.1:1/x", "expected a server as postgres://"),
        ("postgres://me:secret@127.0.0.1:1/x#public", "the server cannot be read"),
    ],
)
def test_a_location_that_is_none_is_said_without_its_password(tmp_path, location, said):
    with pytest.raises(CannotStart) as stopped:
        Loaded(tmp_path, f"acme={location}")
    assert said in str(stopped.value) and "secret" not in str(stopped.value)


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("{required: true}", "{requird: true}", "ticket.id: meta requird is none of required, pii, "),
        ("config: {meta: {required: true}}", "meta: {required: true}", "ticket.id: meta stands in config: "),
        ("from: [email]", "from: email", "ticket.customer_email: from is a list: from: [email]"),
        ("{field: [status]}", "{field: status}", "ticket_change.value: field is a list: field: [status]"),
        (
            "{field: [status]}",
            "{filed: [status]}",
            "only_where names filed, which is no column of ticket_change",
        ),
        (
            "data_type: timestamp",
            "data_type: datetime",
            "created_at: data_type datetime is none of varchar, ",
        ),
        ("{shape: flat}", "{shap: flat}", "ticket: meta shap is none of from, rows_of, shape, without"),
        ("sources:\n", "models:\n", " is no list of sources with tables, each with a name and columns"),
        ("sources:\n", "sources:\n - [\n", " is no YAML: "),
    ],
)
def test_what_a_source_yaml_says_and_nobody_would_read_stops_the_run(tmp_path, acme, written, instead, said):
    assert written in DECLARED
    acme.write_text(DECLARED.replace(written, instead, 1))
    folder = land(tmp_path / "dump", ticket__csv="id,email\n1,\n")
    with pytest.raises(CannotStart) as stopped:
        Loaded(tmp_path, f"acme={folder}")
    assert str(stopped.value).startswith("models/staging/acme/_acme__tickets.yml")
    assert said in str(stopped.value) and "\n" not in str(stopped.value)
