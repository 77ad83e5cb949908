"""What a country would change: how many telephone numbers without one would be somebody's who is known.

A number without a country, such as `030 123456`, matches within its source system only. Which country it is
of is for the user to say; the numbers with a country that landed beside it show what would come of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product

import duckdb
import phonenumbers
import pyarrow as pa

from service_kpis.load.contract import tables_with
from service_kpis.load.guard import international_digits, keyed_hash
from service_kpis.privacy import HashKey

TRIED, TRIED_WITH_ALL = 2_000, 100
"""So many different numbers of a source system are tried with the country that is most likely, so many of
them with every country to find that one."""

COUNTRIES = [
    phonenumbers.region_code_for_country_code(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
]


class Numbers:
    """The different telephone numbers without a country, by source system: in memory only, while rows are
    loaded.
    """

    def __init__(self) -> None:
        self.by_system: dict[str, set[str]] = defaultdict(set)

    def note(self, system: str, digits: str) -> str:
        """For a SQL function: the digits as they are."""
        self.by_system[system].add(digits)
        return digits

    def would_join(
        self, connection: duckdb.DuckDBPyConnection, key: HashKey, given: dict[str, str]
    ) -> Iterator[str]:
        """For each source system a sentence, where a country would make some of its numbers known ones; not
        where one is `given` for the system, or for all others under an empty name.
        """
        without = self.by_system.items() if "" not in given else ()
        for system, numbers in sorted(item for item in without if item[0] not in given):
            # By their ends: they begin with the codes of a few places and networks.
            tried = sorted(numbers, key=lambda digits: digits[::-1])[:TRIED]
            likely = _known(connection, key, tried[:TRIED_WITH_ALL], COUNTRIES)
            if not likely:
                continue
            country = max(likely, key=lambda country: (likely[country], country))
            joined = _known(connection, key, tried, [country])[country]
            yield (
                f"with --phone-country {system}={country}, {joined:,} of {len(tried):,} different telephone"
                f" numbers of source system {system} would be those of customers whom another row knows by a"
                f" number with +{phonenumbers.country_code_for_region(country)}, and their contacts one"
                " customer's"
            )


def _known(
    connection: duckdb.DuckDBPyConnection, key: HashKey, numbers: Iterable[str], countries: Iterable[str]
) -> dict[str, int]:
    """How many of the numbers somebody else's row holds with the code of each country; those with any."""
    whole = [
        {"country": country, "phone": keyed_hash(key, "phone", digits)}
        for country, number in product(countries, numbers)
        if (digits := international_digits(number, country))
    ]
    landed = " UNION ALL ".join(
        f"SELECT customer_phone FROM raw.{table}" for table in tables_with("customer_phone")
    )
    schema = pa.schema([("country", pa.string()), ("phone", pa.string())])
    connection.register("whole_numbers", pa.Table.from_pylist(whole, schema))
    try:
        counted = connection.execute(
            f"SELECT country, count(*) FROM whole_numbers WHERE phone IN ({landed}) GROUP BY 1"
        ).fetchall()
    finally:
        connection.unregister("whole_numbers")
    return dict(counted)
