"""The difference between what had to become of a fault and what became of it."""

import math
from collections import Counter
from typing import Any

from worlds import Row

from faults.bench import Outcome
from faults.fault import Fault, Reject


def differences(fault: Fault, outcome: Outcome, clean: dict[str, Row]) -> list[str]:
    """One line for each thing that is not as it had to be; `clean` are the rows of the clean landing."""
    return [
        *reject_differences(fault, outcome.rejects),
        *_row_differences(_expected(fault, clean), outcome.accepted, set(fault.added)),
        *(f"test {name} did not fail" for name in fault.tests if name not in outcome.failed_tests),
        *(f"test {name} failed" for name in outcome.failed_tests if name not in fault.tests),
        *(
            f"{query}: {outcome.facts.get(query)}, not {answer}"
            for query, answer in fault.facts.items()
            if not _equal(outcome.facts.get(query), answer)
        ),
    ]


def reject_differences(fault: Fault, rejects: list[Reject]) -> list[str]:
    """Of the differences those in the rejects."""
    wanted, found = Counter(map(_shown, fault.rejects)), Counter(map(_shown, rejects))
    return [
        *(f"no reject {reject}" for reject in (wanted - found).elements()),
        *(f"a reject {reject}" for reject in (found - wanted).elements()),
    ]


def _expected(fault: Fault, clean: dict[str, Row]) -> dict[str, Row]:
    kept = {name: row for name, row in clean.items() if name not in fault.gone}
    unknown = (set(fault.gone) | set(fault.changed)) - set(clean)
    assert not unknown, f"{fault.name}: the clean landing has no {sorted(unknown)}"
    return {**kept, **{name: {**clean[name], **columns} for name, columns in fault.changed.items()}}


def _row_differences(expected: dict[str, Row], found: dict[str, Row], added: set[str]) -> list[str]:
    lines = [f"{name} is gone" for name in expected if name not in found]
    lines += [f"{name} is accepted" for name in found if name not in expected and name not in added]
    lines += [f"{name} was not added" for name in added if name not in found]
    for name in expected.keys() & found.keys():
        lines += [
            f"{name}.{column} is {found[name].get(column)}, not {value}"
            for column, value in expected[name].items()
            if not _equal(found[name].get(column), value)
        ]
    return lines


def _shown(reject: Reject) -> tuple:
    # Engines differ in writing the .0 of a whole number; quality.rejects has none.
    value = f"{reject.value:g}" if isinstance(reject.value, float) else reject.value
    value = None if value is None else str(value)
    return (reject.table, reject.key, reject.rule, reject.column, value, reject.severity, reject.line)


def _equal(found: Any, expected: Any) -> bool:
    """Equal, sums of doubles to a millionth."""
    if isinstance(found, float) and isinstance(expected, int | float) and not isinstance(expected, bool):
        return math.isclose(found, expected, rel_tol=1e-6)
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)
