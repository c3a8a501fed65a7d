"""Looking at a page as its strictest visitors do: axe, a thumb, a narrow screen, and a checker of HTML."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page

from tests.live import ROOT

CHECKERS = ROOT / "build" / "node_modules"
AXE = CHECKERS / "axe-core" / "axe.min.js"
VNU = CHECKERS / "vnu-jar" / "build" / "dist" / "vnu.jar"
# WCAG 2.2 AA, and what axe's authors call best practice.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
}
# WCAG 2.2 asks for 24 px; we promise 44 for whatever is a button, a field or a choice.
SMALLEST_TARGET = 44
TARGETS = "button, input, select, summary, textarea, label.check, .btn, .pick, .check, .tick, .tap"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def faults(page: Page) -> list[object]:
    """All that is wrong with the looks of the page that is open."""
    return [*axe_violations(page), *small_targets(page), *too_wide(page)]


def axe_violations(page: Page) -> list[tuple[str, list[object]]]:
    """What axe finds, with where. It brings its script itself: the browser must be told to let it (`bypass_csp`)."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found["violations"]]


def small_targets(page: Page) -> list[object]:
    """What is too low for a thumb, with its height."""
    found: list[object] = page.evaluate(
        """([targets, least]) => [...document.querySelectorAll(targets)]
          .filter(e => !['hidden', 'radio', 'checkbox'].includes(e.type) && e.checkVisibility())
          .map(e => [e.outerHTML.slice(0, 80), Math.round(e.getBoundingClientRect().height)])
          .filter(([html, height]) => height < least)""",
        [TARGETS, SMALLEST_TARGET],
    )
    return found


def too_wide(page: Page) -> list[object]:
    """Whether the page scrolls sideways."""
    assert page.viewport_size is not None
    width = page.evaluate("document.documentElement.scrollWidth")
    return [f"{width} px wide"] if width > page.viewport_size["width"] else []


def look_at_all(page: Page, paths: Iterable[str], folder: Path) -> list[object]:
    """What is wrong with each of these pages; their HTML, as it came, is left in `folder` (for `html_errors`)."""
    findings: list[object] = []
    for number, path in enumerate(paths):
        answer = page.goto(path)
        assert answer is not None
        (folder / f"{number:02d}.html").write_text(answer.text(), encoding="utf-8")
        findings += [(path, fault) for fault in faults(page)]
    return findings


def html_errors(folder: Path) -> list[str]:
    """What is no valid HTML, or CSS within it, in the files of a folder."""
    java = shutil.which("java")
    assert java, "The HTML checker needs Java: apt install default-jre-headless"
    checked = subprocess.run(
        [java, "-Xss2m", "-jar", str(VNU), "--format", "json", "--also-check-css", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return [
        f"{Path(message['url']).name}, line {message['lastLine']}: {message['message']}"
        for message in json.loads(checked.stderr)["messages"]
        if message["type"] == "error"
    ]
