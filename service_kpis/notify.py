"""Telling people how a run went, by e-mail, chat or webhook: whatever Apprise has a URL for.

Nothing here fails a run: what could not be sent is told to `warn`. A URL may hold a token, so only the part
before `://` is ever shown.
"""

import logging
from collections.abc import Callable, Sequence

from service_kpis.say import masked

# What chats make links, pictures, tables, bold text and calls to everybody of, and what stands for it.
_MARK_UP = str.maketrans({"[": "(", "]": ")", "`": "'", "*": "\u2217", "|": "/", "~": "-", "@": "@\u200b"})


def notify(urls: Sequence[str], title: str, body: str, is_failure: bool, warn: Callable[[str], None]) -> bool:
    """Send the message to each URL, as text; returns whether all have taken it."""
    title, body = (masked(text).translate(_MARK_UP) for text in (title, body))
    return all([_send(url, title, body, is_failure, warn) for url in urls])


def _send(url: str, title: str, body: str, is_failure: bool, warn: Callable[[str], None]) -> bool:
    service = url.partition("://")[0] if "://" in url else "?"
    try:
        # Here, not above: a run that tells nobody does not pay for the import.
        import apprise

        # What it would say there may hold the URL.
        logging.getLogger("apprise").disabled = True
        target = apprise.Apprise()
        if not target.add(url):
            warn(f"no notification by {service}://…: Apprise cannot use this URL")
            return False
        kind = apprise.NotifyType.FAILURE if is_failure else apprise.NotifyType.WARNING
        # Told that it is plain text, Apprise escapes it for mails, and keeps its line breaks.
        sent = bool(
            target.notify(title=title, body=body, notify_type=kind, body_format=apprise.NotifyFormat.TEXT)
        )
    except Exception as error:
        warn(f"no notification by {service}://…: {type(error).__name__}")
        return False
    if not sent:
        warn(f"no notification by {service}://…: it was not accepted")
    return sent
