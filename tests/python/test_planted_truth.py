"""What the generator planted is what the warehouse finds; the two share no line of code."""

import duckdb
import pytest

pytestmark = pytest.mark.slow

FLAGS = (
    "is_countable", "exclusion_reason", "is_served", "is_resolved", "is_escalated", "is_reopened",
    "responder",
    "repeats_within_24h", "repeats_within_48h", "repeats_within_7d", "fcr_24h", "fcr_48h", "fcr_7d",
)  # fmt: skip
INSTANTS = ("started_at", "ended_at")


@pytest.fixture(scope="module")
def connection(planted):
    """A published warehouse with the truth that was planted in its landing beside it."""
    with duckdb.connect(planted / "warehouse.duckdb", read_only=True) as connection:
        truth = planted / "landing" / "_truth"
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"create temp table truth as from '{truth}/conversations.parquet'")
        connection.execute(f"create temp table dirt as from '{truth}/dirt.parquet'")
        connection.execute("""
            create temp table pairs as
            select truth as planted, found
            from truth
            full join core.fct_conversations as found using (
                source_system, source_type, source_conversation_id, conversation_seq
            )
        """)
        yield connection


def test_every_conversation_that_was_not_spoiled_lands_once(connection):
    planted, found, extra = connection.execute("""
        select count(planted), count(planted) filter (found is not null), count(*) filter (planted is null)
        from pairs
        where planted.is_clean or planted is null
    """).fetchone()
    assert planted > 10_000
    assert found == planted
    assert extra == 0


@pytest.mark.parametrize("flag", FLAGS)
def test_flags_equal_the_truth_on_every_clean_conversation(connection, flag):
    known, different = connection.execute(f"""
        select count(planted.{flag}), count(*) filter (planted.{flag} is distinct from found.{flag})
        from pairs
        where planted.is_clean
    """).fetchone()
    assert known > 100
    assert different == 0


@pytest.mark.parametrize("instant", INSTANTS)
def test_instants_equal_the_truth_on_every_clean_conversation(connection, instant):
    different = connection.execute(f"""
        select count(*)
        from pairs
        where planted.is_clean and planted.{instant}::timestamptz::timestamp is distinct from found.{instant}
    """).fetchone()
    assert different == (0,)


def test_bots_achieved_what_was_planted(connection):
    achieved, different = connection.execute("""
        select
            count(*) filter (planted.bot_achieved),
            count(*) filter (
                planted.bot_achieved
                <> (found.bot_outcome in ('resolved_confirmed', 'resolved_task', 'contained_durable'))
            )
        from pairs
        where planted.is_clean and planted.bot_achieved is not null
    """).fetchone()
    assert achieved > 1_000
    assert different == 0


def test_rejects_equal_the_planted_dirt_kind_by_kind(connection):
    kind = (
        "table_name, severity, rule, case when rule not in ('superseded', 'ragged_line') then column_name end"
    )
    planted, found = (
        connection.execute(f"select {kind}, count(*) from {relation} group by all order by all").fetchall()
        for relation in ("dirt", "quality.rejects")
    )
    assert len(planted) > 60
    assert found == planted


def test_rejects_name_the_rows_that_were_spoiled(connection):
    missed = connection.execute("""
        select count(*)
        from dirt
        where row_key is not null and not exists (
            select 1
            from quality.rejects as found
            where
                found.table_name = dirt.table_name
                and found.rule = dirt.rule
                and found.row_key = dirt.row_key
        )
    """).fetchone()
    assert missed == (0,)


def test_landed_rows_are_those_that_were_written(connection, request):
    assert connection.execute("""
        select count(*) from quality.reconciliation where landed_rows <> accepted_rows + rejected_rows
    """).fetchone() == (0,)
