"""A software bill of materials (CycloneDX 1.6) of the lock files: `python -m service_kpis.sbom FILE`."""

import json
import re
import sys
from pathlib import Path
from typing import Any

from service_kpis import __version__

CHECKOUT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-uv.lock", "requirements-site.lock")
REQUIREMENT = re.compile(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(project: Path = CHECKOUT) -> dict[str, Any]:
    """Each locked package once, with its version, the hashes of its files and the locks that name it."""
    components: dict[str, dict[str, Any]] = {}
    for lock in LOCKS:
        for component in _components((project / lock).read_text(encoding="utf-8")):
            known = components.setdefault(component["purl"], component | {"properties": []})
            known["properties"].append({"name": "service-kpis:lock", "value": lock})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "service-kpis", "version": __version__},
        },
        "components": [components[purl] for purl in sorted(components)],
    }


def _components(lock: str) -> list[dict[str, Any]]:
    found = [*REQUIREMENT.finditer(lock)]
    ends = [*(match.start() for match in found[1:]), len(lock)]
    return [
        {
            "type": "library",
            "name": match[1],
            "version": match[2],
            "purl": f"pkg:pypi/{match[1]}@{match[2]}",
            "hashes": [
                {"alg": "SHA-256", "content": digest} for digest in HASH.findall(lock, match.end(), end)
            ],
        }
        for match, end in zip(found, ends, strict=True)
    ]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=1) + "\n", encoding="utf-8")
