"""Copies this template under the name of your tool: `python docs/vendors/template/copy.py mytool`.

It makes models/staging/mytool and seeds/vendors/mytool; exits with 1 where one of them is there.
"""

import re
import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent
PROJECT = TEMPLATE.parents[2]


def main(name: str) -> None:
    """Write the files of the template with `name` in the place of acme."""
    if not re.fullmatch(r"[a-z][a-z0-9]*", name):
        sys.exit(f"{name}: a name is of small letters and digits, such as mytool")
    targets = {
        "staging": PROJECT / "models" / "staging" / name,
        "seeds": PROJECT / "seeds" / "vendors" / name,
    }
    for target in targets.values():
        if target.exists():
            sys.exit(f"{target} is there already")
    for part, target in targets.items():
        target.mkdir(parents=True)
        for file in sorted((TEMPLATE / part).iterdir()):
            text = file.read_text(encoding="utf-8").replace("Acme", name.capitalize()).replace("acme", name)
            (target / file.name.replace("acme", name)).write_text(text, encoding="utf-8")
        print(target.relative_to(PROJECT))


if __name__ == "__main__":
    main(*sys.argv[1:2] or sys.exit(__doc__))
