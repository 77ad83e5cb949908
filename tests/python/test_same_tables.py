"""The same landing gives the same tables, whatever the order of its rows."""

import gzip
import random
import shutil

import duckdb
import pyarrow.parquet as pq
import pytest
from runs import publish, tables

pytestmark = pytest.mark.slow

# Copies of one key carry no load time here: the last in the file is kept, so their order means something.
ORDERED = ("agents", "agent_shifts", "agent_training")


def test_a_second_run_gives_the_same_tables(demo, tmp_path):
    assert tables(publish(demo / "landing", tmp_path)) == tables(demo / "warehouse.duckdb")


def test_shuffled_rows_give_the_same_tables(demo, tmp_path):
    shuffled = tmp_path / "landing"
    shuffled.mkdir()
    chance = random.Random(1)
    for file in sorted((demo / "landing").iterdir()):
        if file.name.startswith(ORDERED) or file.is_dir():
            shutil.copy(file, shuffled) if file.is_file() else None
        elif file.suffix == ".parquet":
            table = pq.read_table(file)
            pq.write_table(table.take(chance.sample(range(len(table)), len(table))), shuffled / file.name)
        else:
            opened = gzip.open if file.suffix == ".gz" else open
            with opened(file, "rt", newline="") as lines:
                header, *data = lines.read().splitlines()
            chance.shuffle(data)
            with opened(shuffled / file.name, "wt", newline="") as lines:
                lines.write("\n".join([header, *data]) + "\n")
    assert tables(publish(shuffled, tmp_path)) == tables(demo / "warehouse.duckdb")


def test_an_earlier_cut_off_knows_nothing_of_what_came_later(demo, tmp_path):
    """What was mature then reads the same now: one landing has no late arrivals."""
    earlier = publish(demo / "landing", tmp_path, "--as-of", "2025-06-30T00:00:00Z")
    with duckdb.connect(earlier, read_only=True) as connection:
        connection.execute(f"attach '{demo / 'warehouse.duckdb'}' as later (read_only)")
        compared, changed = connection.execute("""
            select count(*), count(*) filter (earlier.fcr_48h is distinct from later_fact.fcr_48h)
            from core.fct_conversations as earlier
            inner join later.core.fct_conversations as later_fact using (conversation_id)
            where earlier.fcr_48h is not null and later_fact.customer_id = earlier.customer_id
        """).fetchone()
        newest = connection.execute("select max(started_at)::varchar from core.fct_conversations").fetchone()[
            0
        ]
    assert compared > 1_000
    assert changed == 0
    assert newest <= "2025-06-30 00:00:00"
