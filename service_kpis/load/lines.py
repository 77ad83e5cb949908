"""Line numbers of rows that are read by several threads at once."""

import duckdb


def position(connection: duckdb.DuckDBPyConnection, target: str, first_line: int) -> str:
    """SQL for the line number of rows that are about to be read in file order, `first_line` the first's.

    Numbering rows while they are read would keep the reader to one thread. So the rows get a number that is
    never positive, from which `number_lines`, once they have row ids, makes the line number.
    """
    (rows_before,) = connection.execute(f"SELECT count(*) FROM {target}").fetchone()
    return f"({first_line - rows_before - 2})::BIGINT"


def number_lines(connection: duckdb.DuckDBPyConnection, target: str) -> None:
    """Give the rows that wait for it their line numbers."""
    connection.execute(
        f"UPDATE {target} SET landed_line_number = landed_line_number + rowid + 2"
        " WHERE landed_line_number <= 0"
    )
