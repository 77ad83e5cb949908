"""Faults injected one at a time into a clean landing, and what the product has to make of each."""

from faults import files, gaps, keys, times, values

GROUPS = {
    "Keys": keys.FAULTS,
    "Times": times.FAULTS,
    "Values, words and money": values.FAULTS,
    "Unknown, nobody, missing": gaps.FAULTS,
    "Files and lines": files.FAULTS,
}
FAULTS = tuple(fault for faults in GROUPS.values() for fault in faults)
