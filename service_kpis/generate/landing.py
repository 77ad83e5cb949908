"""Writes landing tables: Parquet parts, a nightly CSV drop per large table, small tables as CSV."""

from __future__ import annotations

import gzip
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from service_kpis.declared import declared

CONTRACT = Path(__file__).resolve().parents[2] / "models" / "staging" / "landing"
SMALL_TABLES = ("agents", "agent_shifts", "agent_training", "costs")
QUOTED = ("handover_context",)
OFFSETS = (("Z", 0), ("+00:00", 0), ("+02:00", 7200), ("-0500", -18000))


@cache
def contract(name: str) -> tuple[dict, ...]:
    """Columns of a landing table as the contract lists them: name, data_type, config."""
    source = declared(CONTRACT / f"_landing__{name}.yml")
    return tuple(source["sources"][0]["tables"][0]["columns"])


class Landing:
    """Writer of one landing folder. Use as a context manager; `rows` counts the data lines per table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._texts: dict[str, BinaryIO] = {}
        self._raw: list[BinaryIO] = []
        self._writing: list[Future] = []
        self._pool = ThreadPoolExecutor(max_workers=1)

    def __enter__(self) -> Landing:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()
        # The zipping writer first: closing it writes the file's end, and leaves the file itself open.
        for file in [*self._texts.values(), *self._raw]:
            file.close()

    def write(self, name: str, part: int, table: pa.Table, lines: pa.Array) -> None:
        """Write a part: `table` as Parquet in the background, `lines` to the table's CSV file."""
        self.rows[name] = self.rows.get(name, 0) + table.num_rows + len(lines)
        if name not in SMALL_TABLES:
            path = self.folder / f"{name}_{part:03d}.parquet"
            self._writing.append(self._pool.submit(pq.write_table, table, path, compression="zstd"))
        text = self._text(name)
        for start in range(0, len(lines), 100_000):
            block = lines[start : start + 100_000].to_pylist()
            text.write(("\n".join(block) + "\n").encode() if block else b"")

    def settle(self) -> None:
        """Wait for the background; raises what went wrong there."""
        for job in self._writing:
            job.result()
        self._writing.clear()

    def _text(self, name: str) -> BinaryIO:
        if name not in self._texts:
            if name in SMALL_TABLES:
                self._texts[name] = (self.folder / f"{name}.csv").open("wb")
            else:
                raw = (self.folder / f"{name}_late.csv.gz").open("wb")
                self._raw.append(raw)
                self._texts[name] = gzip.GzipFile("", "wb", 6, raw, mtime=0)
            header = ",".join(column["name"] for column in contract(name))
            self._texts[name].write(f"{header}\n".encode())
        return self._texts[name]


def as_text(table: pa.Table) -> dict[str, pa.Array]:
    """Every column as CSV text, NULL as the empty string, instants in ISO 8601 with changing offsets."""
    return {name: _text_of(name, table[name].combine_chunks()) for name in table.column_names}


def as_lines(text: dict[str, pa.Array]) -> pa.Array:
    """One CSV line per row."""
    return pc.binary_join_element_wise(*text.values(), ",")


def _text_of(name: str, column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        text = _iso(column)
    elif name in QUOTED:
        text = pc.binary_join_element_wise('"', column, '"', "")
    else:
        text = column.cast(pa.string())
    return pc.fill_null(text, "")


def _iso(column: pa.Array) -> pa.Array:
    seconds = pc.fill_null(column.cast(pa.int64()), 0).to_numpy() // 1_000_000
    form = np.arange(len(seconds)) % len(OFFSETS)
    shift = np.array([offset for _, offset in OFFSETS])[form]
    local = np.datetime_as_string((seconds + shift).astype("datetime64[s]"))
    suffix = pa.array([word for word, _ in OFFSETS]).take(pa.array(form))
    text = pc.binary_join_element_wise(pa.array(local, pa.string()), suffix, "")
    return pc.if_else(column.is_valid(), text, pa.scalar(None, pa.string()))
