"""The key of the loader's hashes, and who was erased: not in the work folder, which may be deleted."""

import csv
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from service_kpis.errors import CannotStart

MINIMUM_CHARACTERS = 32
_ERASED_COLUMNS = ("key", "identifier", "erased_at")


@dataclass(frozen=True)
class HashKey:
    """The secret key of the hashes; `fingerprint` tells one key from another and gives neither away."""

    secret: bytes

    def __repr__(self) -> str:
        return f"HashKey({self.fingerprint})"

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits."""
        return self.derived("fingerprint")[:16]

    def derived(self, purpose: str) -> str:
        """A secret of its own for that purpose, which does not give the key away: 64 hexadecimal digits."""
        return hmac.new(self.secret, purpose.encode(), hashlib.sha256).hexdigest()


def config_folder() -> Path:
    """Where key and list of erased lie: SERVICE_KPIS_CONFIG, else the user's configuration."""
    if folder := os.environ.get("SERVICE_KPIS_CONFIG"):
        return Path(folder)
    try:
        return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "service-kpis"
    except RuntimeError as error:
        raise CannotStart("there is no home folder for the hash key: set SERVICE_KPIS_CONFIG") from error


def hash_key() -> HashKey:
    """SERVICE_KPIS_HASH_KEY, else the key in the configuration folder, which the first run makes.

    Raises CannotStart for a key that is too short, or where none can be read or written.
    """
    text, place = os.environ.get("SERVICE_KPIS_HASH_KEY"), "SERVICE_KPIS_HASH_KEY"
    if text is None:
        file = config_folder() / "hash.key"
        text, place = _read_or_make(file), str(file)
    if len(text.strip()) < MINIMUM_CHARACTERS:
        raise CannotStart(f"{place}: a hash key has at least {MINIMUM_CHARACTERS} characters")
    return HashKey(text.strip().encode())


def erased_identifiers(key: HashKey) -> list[str]:
    """The hashed identifiers of all who were erased.

    Raises CannotStart where some were noted under another key: under this one nobody would find them.
    """
    file = config_folder() / "erased.csv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            erased = [(row["key"], row["identifier"]) for row in csv.DictReader(lines)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise CannotStart(f"{file} cannot be read: {error!r}") from error
    if others := {made_by for made_by, _ in erased} - {key.fingerprint}:
        raise CannotStart(
            f"{file} names customers erased under another hash key ({', '.join(sorted(map(str, others)))}):"
            f" with this one ({key.fingerprint}) they would come back"
        )
    return [identifier for _, identifier in erased]


def note_erased(key: HashKey, identifiers: Iterable[str]) -> None:
    """Add hashed identifiers to the list of erased. Raises CannotStart where it cannot be written."""
    new = sorted(set(identifiers) - set(erased_identifiers(key)))
    file = config_folder() / "erased.csv"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(file, "a", encoding="utf-8", newline="", opener=_private) as lines:
            writer = csv.writer(lines, lineterminator="\n")
            if file.stat().st_size == 0:
                writer.writerow(_ERASED_COLUMNS)
            writer.writerows((key.fingerprint, identifier, now) for identifier in new)
            lines.flush()
            os.fsync(lines.fileno())
    except OSError as error:
        raise CannotStart(f"{file} cannot be written: {error}") from error


def _read_or_make(file: Path) -> str:
    try:
        if not file.exists():
            _make(file)
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise CannotStart(
            f"no hash key: {file} can be neither read nor made ({error}); set SERVICE_KPIS_HASH_KEY"
        ) from error


def _make(file: Path) -> None:
    """Written aside, then linked: of two first runs at once, both take the same key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Nobody else may read such a file.
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8") as made:
        made.write(secrets.token_hex(32) + "\n")
        made.flush()
        with suppress(FileExistsError):
            os.link(made.name, file)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
