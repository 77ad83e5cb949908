"""Whether bare.sql and a published warehouse say the same of every conversation and of three marts' rows."""

from pathlib import Path

import duckdb

WINDOWS = ("24h", "48h", "7d")
DURATIONS = (
    "first_response", "first_bot_response", "first_human_response", "first_response_business",
    "first_bot_response_business", "first_human_response_business", "handle", "first_resolution",
    "first_resolution_business", "resolution", "resolution_business",
)  # fmt: skip
SAME = (
    "source_system", "source_type", "source_conversation_id", "conversation_seq", "channel", "topic", "team",
    "responder", "started_at", "first_response_at", "first_bot_response_at", "first_human_response_at",
    "human_clock_started_at", "first_resolved_at", "resolved_at", "ended_at", "next_same_topic_contact_at",
    "next_any_contact_at", "is_resolved", "is_countable", "is_served", "is_escalated", "is_reopened",
    *(f"{name}_{window}" for window in WINDOWS for name in (
        "repeats_within", "is_fcr_mature", "is_left_censored", "is_first_contact", "fcr",
    )),
)  # fmt: skip
NEAR = (*(f"{name}_seconds" for name in DURATIONS), "cost")
MARTS = {
    "first_contact_resolution": "conversation_date",
    "nps": "response_date",
    "cost_per_interaction": "conversation_date",
}
RELATIVE_TOLERANCE = 1e-9
EXAMPLES = 3


def differences(warehouse: Path, bare: Path) -> list[str]:
    """A line for each column that differs, with examples; none where all is the same."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as product (read_only)")
        connection.execute(f"attach '{bare}' as bare (read_only)")
        found = _compared(
            connection, "core.fct_conversations", "conversations", ["conversation_id"], list(SAME), list(NEAR)
        )
        found += _customers(connection)
        for mart, day in MARTS.items():
            key = [day, "channel", "topic", "responder"]
            found += _compared(connection, f"marts.{mart}", mart, key, *_measures(connection, mart, key))
        return found


def _measures(
    connection: duckdb.DuckDBPyConnection, mart: str, key: list[str]
) -> tuple[list[str], list[str]]:
    """The columns of a published mart: those that count, and those that are no whole numbers."""
    columns = connection.execute(f"describe product.marts.{mart}").fetchall()
    measures = {name: kind for name, kind, *_ in columns if name not in key}
    near = [name for name, kind in measures.items() if kind == "DOUBLE"]
    return [name for name in measures if name not in near], near


def _compared(
    connection: duckdb.DuckDBPyConnection,
    product: str,
    bare: str,
    key: list[str],
    same: list[str],
    near: list[str],
) -> list[str]:
    pairs = f"""
        from (select *, true as is_there from product.{product}) as product
        full join (select *, true as is_there from bare.{bare}) as bare using ({", ".join(key)})
    """
    conditions = {"(a row in one alone)": "product.is_there is null or bare.is_there is null"}
    both = "product.is_there and bare.is_there"
    for name in same:
        conditions[name] = f"{both} and product.{name} is distinct from bare.{name}"
    for name in near:
        is_near = (
            f"coalesce(abs(product.{name} - bare.{name})"
            f" <= {RELATIVE_TOLERANCE} * greatest(abs(product.{name}), abs(bare.{name})), false)"
        )
        conditions[name] = (
            f"{both} and not {is_near} and not (product.{name} is null and bare.{name} is null)"
        )
    counts = ", ".join(f"count(*) filter ({condition})" for condition in conditions.values())
    found = []
    for (name, condition), count in zip(
        conditions.items(), connection.execute(f"select {counts} {pairs}").fetchone(), strict=True
    ):
        if count:
            shown = ", ".join(key)
            values = f"product.{name}, bare.{name}" if name in (*same, *near) else "product.is_there"
            rows = connection.execute(
                f"select {shown}, {values} {pairs} where {condition} order by all limit {EXAMPLES}"
            ).fetchall()
            examples = "".join(f"\n    {' | '.join(map(str, row))}" for row in rows)
            found.append(f"{product}.{name}: {count} rows differ, product and bare say{examples}")
    return found


def _customers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Both call their customers as they like; who is the same person as whom must be the same."""
    (torn,) = connection.execute("""
        with pair as (
            select distinct product.customer_id, bare.customer
            from product.core.fct_conversations as product
            join bare.conversations as bare using (conversation_id)
        )
        select count(*)
        from pair
        where (customer_id is null) <> (customer is null)
            or customer_id in (select customer_id from pair group by all having count(*) > 1)
            or customer in (select customer from pair group by all having count(*) > 1)
    """).fetchone()
    return [f"core.fct_conversations.customer_id: {torn} pairs of customers differ"] if torn else []
