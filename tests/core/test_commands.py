"""A command that can't run ends with a sentence and exit code 1, never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def flask(instance: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("REBELOTE_")}
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        cwd=ROOT,
        env={**clean, "REBELOTE_INSTANCE": str(instance), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", ["flask", "storefront.serve"])
def test_a_wrong_setting_is_told_in_a_sentence(tmp_path: Path, command: str):
    module = ["flask", "--app", "app", "orders", "list"] if command == "flask" else [command]
    ended = subprocess.run(
        [sys.executable, "-m", *module],
        cwd=ROOT,
        env={**os.environ, "REBELOTE_INSTANCE": str(tmp_path), "PORT": "http"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "Wrong setting. the environment variable PORT: [server] port = 'http' must be"
    )
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    "arguments", [("orders", "list"), ("demo", "load"), ("search", "rebuild"), ("catalog", "import", "FILE")]
)
def test_a_command_before_the_tables_are_made_says_what_to_do(tmp_path: Path, arguments: tuple[str, ...]):
    offers = tmp_path / "offers.csv"
    offers.write_text("seller,sku,category,title,grade,price,stock,guarantee_months\n", encoding="utf-8")
    words = [str(offers) if word == "FILE" else word for word in arguments]
    ended = flask(tmp_path / "instance", *words, DATABASE_URL="")
    assert ended.returncode == 1
    assert "Error: The database is not up to date: run `flask --app app db upgrade` first." in ended.stderr
    assert "Traceback" not in ended.stderr
