"""What the project declares in YAML files."""

from pathlib import Path
from typing import Any

import yaml


def declared(file: Path) -> Any:
    """What a YAML file says. Raises OSError, and yaml.YAMLError where it is none.

    By the parser in C: a run reads dozens of them, for which the one in Python takes a second.
    """
    return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
