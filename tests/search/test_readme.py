"""What the library's README shows does what it says."""

import re
from pathlib import Path

import search


def test_the_example_runs():
    text = Path(search.__file__).with_name("README.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(example, "search/README.md", "exec"), {})  # noqa: S102 - our own text
