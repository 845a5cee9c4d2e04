"""Every command and every snippet of the README does what the README shows."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import bnproof
from bnproof import maps

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```bnproof (\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_commands_print_what_is_shown(tmp_path: Path) -> None:
    text = README.read_text("utf-8")
    for name, content in FILE.findall(text):
        (tmp_path / name).write_text(content, "utf-8")
    blocks = BLOCK.findall(text)
    assert len(blocks) > 5
    for block in blocks:
        shown = ""
        for line in block.splitlines():
            if line.startswith("$ "):
                shown += f"{line}\n{_output(line[2:], tmp_path)}"
        assert shown == block


def _output(command: str, folder: Path) -> str:
    """What a command prints, on either stream."""
    package = Path(bnproof.__file__).parent.parent
    command = re.sub(r"^bnproof\b", f"PYTHONPATH={package} {sys.executable} -m bnproof", command)
    run = subprocess.run(
        ["/bin/bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    return run.stdout.rstrip("\n") + "\n" * bool(run.stdout) + run.stderr


def test_the_python_snippets_print_what_is_shown() -> None:
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted > 10
    assert results.failed == 0


def test_the_docstrings_of_the_public_modules_print_what_they_show() -> None:
    for module in (bnproof, maps):
        results = doctest.testmod(module)
        assert results.attempted > 0
        assert results.failed == 0
