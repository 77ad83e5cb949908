"""The key of the loader's hashes, and who was erased: not in the work folder, which may be deleted."""

import csv
import hashlib
import hmac
import os
import secrets
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from service_kpis.errors import CannotStart
from service_kpis.lock import hold

MINIMUM_CHARACTERS = 32
_HEADER = "key,identifier,erased_at\n"
_SEAL = "seal,"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


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

    Raises CannotStart where some were noted under another key, since under this one nobody would find them,
    and where the list is not as the last erasure left it.
    """
    file = _list_of_erased()
    try:
        text = file.read_text(encoding="utf-8")
        *lines, seal = text.splitlines(keepends=True) or [""]
        erased = [(row["key"], row["identifier"]) for row in csv.DictReader(lines)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise CannotStart(f"{file} cannot be read: {error!r}") from error
    if others := {made_by for made_by, _ in erased} - {key.fingerprint, _SEAL.rstrip(",")}:
        raise CannotStart(
            f"{file} names customers erased under another hash key ({', '.join(sorted(map(str, others)))}):"
            f" with this one ({key.fingerprint}) they would come back"
        )
    if not hmac.compare_digest(seal.encode(), _seal(key, "".join(lines)).encode()):
        raise CannotStart(
            f"{file} cannot be read: it is not as the last erasure left it, and customers would come back;"
            f" restore it from its backup{_of_an_old_list(text)}"
        )
    return [identifier for _, identifier in erased]


def _of_an_old_list(text: str) -> str:
    if _SEAL in text or not text.startswith(_HEADER):
        return ""
    return f", or if it is whole and of before version 0.2, seal it: {sys.executable} -m service_kpis.privacy"


def seal_old_list(key: HashKey) -> None:
    """Seal a list of erased of before version 0.2. Raises CannotStart where there is none without a seal."""
    file = _list_of_erased()
    try:
        text = file.read_text(encoding="utf-8")
        if not _of_an_old_list(text):
            raise CannotStart(f"{file} is no list without a seal")
        _replace(file, text + _seal(key, text))
    except OSError as error:
        raise CannotStart(f"{file} cannot be sealed: {error}") from error


def require_erased(count: int, witness: Path) -> None:
    """Raise CannotStart if fewer identifiers are erased than were when the file `witness` was published."""
    if count and (listed := len(erased_identifiers(hash_key()))) < count:
        raise CannotStart(
            f"{_list_of_erased()} lists {listed} erased identifiers, {witness} was published with {count}:"
            " customers would come back; restore the list from its backup"
        )


def note_erased(key: HashKey, identifiers: Iterable[str]) -> None:
    """Add hashed identifiers to the list of erased, which another one replaces at once.

    Raises CannotStart where it cannot be written, AnotherRun while another erasure writes it.
    """
    file = _list_of_erased()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with hold(file.with_name(".erased.lock")):
        new = sorted(set(identifiers) - set(erased_identifiers(key)))
        try:
            before = file.read_text(encoding="utf-8") if file.exists() else _HEADER
            lines = [line for line in before.splitlines(keepends=True) if not line.startswith(_SEAL)]
            text = "".join([*lines, *(f"{key.fingerprint},{identifier},{now}\n" for identifier in new)])
            _replace(file, text + _seal(key, text))
        except OSError as error:
            raise CannotStart(f"{file} cannot be written: {error}") from error


def _replace(file: Path, text: str) -> None:
    """Nobody else may read the file, nor see half of it."""
    with NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", delete=False
    ) as made:
        made.write(text)
        made.flush()
        os.fsync(made.fileno())
    os.replace(made.name, file)


def _list_of_erased() -> Path:
    return config_folder() / "erased.csv"


def _seal(key: HashKey, text: str) -> str:
    """The last line of the list: who cuts or edits it without the key cannot make it anew."""
    return f"{_SEAL}{hmac.new(key.secret, b'erased' + text.encode(), hashlib.sha256).hexdigest()},\n"


def _read_or_make(file: Path) -> str:
    try:
        if not file.exists():
            _make(file)
        if file.stat().st_mode & _OTHERS:
            raise CannotStart(f"{file} is open to others than its owner: chmod 600 {file}")
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


if __name__ == "__main__":
    seal_old_list(hash_key())
