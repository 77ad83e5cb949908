"""Columns of numbers while generating, Arrow columns when landing.

A frame is a dict of equally long NumPy arrays. Instants are whole seconds since 1970 (UTC) with `NONE` for
NULL; words are indices into a tuple of words with -1 for NULL; floats use NaN for NULL.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Frame = dict[str, np.ndarray]
Table = dict[str, pa.Array]
NONE = np.iinfo(np.int64).min


def pick(frame: Frame, index: np.ndarray) -> Frame:
    """The rows at `index` (positions or a mask)."""
    return {name: column[index] for name, column in frame.items()}


def stack(frames: Sequence[Frame]) -> Frame:
    """The rows of several frames with the same columns, one after the other."""
    return {name: np.concatenate([frame[name] for frame in frames]) for name in frames[0]}


def draw(rng: np.random.Generator, shares: Sequence[float] | np.ndarray, size: int) -> np.ndarray:
    """`size` indices drawn with these shares (they need not sum to one)."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    return np.searchsorted(edges[:-1], rng.random(size) * edges[-1], side="right")


def between(
    rng: np.random.Generator, low: float | np.ndarray, high: float | np.ndarray, size: int
) -> np.ndarray:
    """`size` whole seconds in [low, high)."""
    return (low + (np.asarray(high) - low) * rng.random(size)).astype(np.int64)


def present(at: np.ndarray, end: int) -> np.ndarray:
    """True where the instant is set and not after `end`."""
    return (at != NONE) & (at <= end)


def next_night(at: np.ndarray) -> np.ndarray:
    """02:00 UTC of the night after the instant: when the loader wrote the row."""
    return ((at - 7200) // 86400 + 1) * 86400 + 7200


def within_groups(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Owner and position of each member when owner `i` has `counts[i]` members in a row."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]


def running_total(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Cumulative sum that starts anew with each owner's members."""
    total = np.cumsum(values)
    before = np.concatenate([[0], total])[np.cumsum(counts) - counts]
    return total - np.repeat(before, counts)


# Arrow columns --------------------------------------------------------------------------------------


def instants(at: np.ndarray) -> pa.Array:
    """UTC timestamps in microseconds from seconds; `NONE` is NULL."""
    empty = at == NONE
    micros = np.where(empty, 0, at) * 1_000_000
    return pa.array(micros, mask=empty).cast(pa.timestamp("us", tz="UTC"))


def words(vocabulary: Sequence[str], code: np.ndarray) -> pa.Array:
    """Text by code; -1 is NULL."""
    return pa.array(vocabulary, pa.string()).take(pa.array(code, mask=code < 0))


def numbered(prefix: str, number: np.ndarray, suffix: str = "") -> pa.Array:
    """Ids such as `T42`; a negative number is NULL."""
    text = pa.array(number, mask=number < 0).cast(pa.string())
    return pc.binary_join_element_wise(prefix, text, suffix, "")


def decimals(value: np.ndarray) -> pa.Array:
    """Doubles; NaN is NULL."""
    return pa.array(value.astype(np.float64), mask=np.isnan(value))


def integers(value: np.ndarray) -> pa.Array:
    """Whole numbers; a negative one is NULL."""
    return pa.array(value.astype(np.int64), mask=value < 0)


def flags(value: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """Booleans; NULL where not known."""
    return pa.array(value, mask=None if known is None else ~known)


def constant(word: str, size: int) -> pa.Array:
    """The same word in every row."""
    return pa.repeat(pa.scalar(word, pa.string()), size)


def nulls(size: int) -> pa.Array:
    """A text column without a value."""
    return pa.nulls(size, pa.string())
