"""The page of all faults: `cd tests/python && python -m faults.page` writes it."""

from collections import Counter
from pathlib import Path

from faults import GROUPS
from faults.fault import Fault, Reject

PAGE = Path(__file__).resolve().parents[3] / "docs" / "faults.md"
TESTS = "tests/python/test_faults.py"
HEAD = f"""# Faults and what becomes of them

Written by `cd tests/python && python -m faults.page` from `tests/python/faults/`. Each fault is put alone
into a clean landing of all twelve tables, and `{TESTS}` checks that exactly this comes of it: the
rejects, the accepted rows, and the data tests that fail. What is not named stays as it was. A value that is
emptied is NULL, one that is mapped becomes `other`.
"""


def page() -> str:
    """The page as it has to be."""
    return "\n".join([HEAD, *(_group(title, faults) for title, faults in GROUPS.items())])


def _group(title: str, faults: tuple[Fault, ...]) -> str:
    rows = "\n".join(f"| {fault.name} | {_outcome(fault)} | `{_test(fault)}` |" for fault in faults)
    return f"## {title}\n\n| fault | what becomes of it | test |\n|---|---|---|\n{rows}\n"


def _test(fault: Fault) -> str:
    return f"{'test_fault_that_stops_the_load' if fault.error else 'test_fault'}[{fault.id}]"


def _outcome(fault: Fault) -> str:
    if fault.error:
        return f"The load stops and says: {', '.join(f'`{word}`' for word in fault.error)}."
    parts = [_counted(reject, count) for reject, count in Counter(map(_kind, fault.rejects)).items()]
    parts += [f"The run stops: `{test}` fails." for test in fault.tests]
    if not parts:
        parts = ["Accepted."]
    return " ".join([*parts, fault.note]).strip()


def _kind(reject: Reject) -> tuple[str, str, str | None, str]:
    return reject.severity, reject.table, reject.column, reject.rule


def _counted(kind: tuple[str, str, str | None, str], count: int) -> str:
    severity, table, column, rule = kind
    if severity == "row":
        rows = f"{count} rows of `{table}` are" if count > 1 else f"A row of `{table}` is"
        return f"{rows} refused: `{rule}`{f' ({column})' if column else ''}."
    return f"`{table}.{column}` is {'emptied' if severity == 'value' else 'mapped'}: `{rule}`."


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
