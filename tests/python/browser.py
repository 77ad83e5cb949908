"""A page in a real browser: what it drew, what it complained of, what it wanted from elsewhere."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
HEIGHT = 2_000

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--virtual-time-budget=10000", "--dump-dom",
)  # fmt: skip

# Before anything else on the page: keep what goes wrong.
LISTENERS = """
<script>
window.seen = {complaints: [], outside: []};
const keep = (kind, text) => window.seen.complaints.push(kind + ": " + text);
addEventListener("error", event => keep("error", event.message || event.target.outerHTML), true);
addEventListener("unhandledrejection", event => keep("rejection", event.reason));
addEventListener("securitypolicyviolation", event => window.seen.outside.push(event.blockedURI));
for (const level of ["error", "warn"]) console[level] = (...words) => keep(level, words.join(" "));
</script>
"""

# After the drawings: what stands in each tile, and what does not fit.
MEASURES = """
<script>
setTimeout(() => {
  const seen = window.seen;
  seen.outside.push(...performance.getEntriesByType("resource").map(entry => entry.name));
  seen.tooWide = document.documentElement.scrollWidth > innerWidth;
  seen.visible = document.body.innerText;
  seen.tiles = {};
  seen.cut = [];
  for (const tile of document.querySelectorAll("[data-tile]")) {
    const text = selector => tile.querySelector(selector)?.textContent.trim() ?? "";
    seen.tiles[tile.dataset.tile] = {
      marks: tile.querySelectorAll(".canvas svg .role-mark > *").length,
      cells: tile.querySelectorAll("tbody td").length,
      number: text(".number"),
      reason: text(".reason"),
      definitions: [...tile.querySelectorAll(".foot a")].map(link => link.getAttribute("href")),
    };
    for (const svg of tile.querySelectorAll(".canvas svg")) {
      const frame = svg.getBoundingClientRect();
      for (const word of svg.querySelectorAll("text")) {
        const box = word.getBoundingClientRect();
        if (word.textContent && (box.left < frame.left - 2 || box.right > frame.right + 2))
          seen.cut.push(tile.dataset.tile + ": " + word.textContent);
      }
    }
  }
  const answer = document.createElement("pre");
  answer.id = "seen";
  answer.textContent = JSON.stringify(seen);
  document.body.append(answer);
}, 5000);
</script>
"""


def look(page: Path, folder: Path, width: int) -> dict:
    """What the page shows at that width; `folder` is for a copy of it and the browser's own files."""
    text = page.read_text(encoding="utf-8")
    copy = folder / page.name
    # The drawing library holds a </body> of its own.
    before, after = text.replace("<head>", "<head>" + LISTENERS, 1).rsplit("</body>", 1)
    copy.write_text(before + MEASURES + "</body>" + after, encoding="utf-8")
    command = [
        CHROMIUM,
        *OPTIONS,
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},{HEIGHT}",
        copy.as_uri(),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    found = re.search(r'<pre id="seen">(.*?)</pre>', dom, re.S)
    assert found, f"{page.name} did not get to its end at {width} px"
    return json.loads(html.unescape(found.group(1)))
