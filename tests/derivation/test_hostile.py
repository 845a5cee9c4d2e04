"""Files that are too large to keep: they end in a message, without an exception."""

from __future__ import annotations

from pathlib import Path

import pytest

from bnproof.derivation.api import check
from bnproof.derivation.checking import Checker
from bnproof.language.files import UnreadableError
from bnproof.language.markdown import literate
from bnproof.language.source import Source

PRODUCT = "*".join(f"((sum[i] x[i,d]^{k % 5 + 1}) + {k})" for k in range(300))

TEXTS = {
    "a megabyte of brackets": "(" * 1_000_000,
    "brackets": "lemma a " + "(" * 300_000,
    "a product of sums": f"use batchnorm(x) lemma a {PRODUCT} = 0 proof auto qed",
    "a product in a chain": f"use batchnorm(x) lemma a {PRODUCT} = 0 proof = 1 by linearity = 0 qed",
    "statements without end": "lemma\n" * 60_000,
    "a long line": "use batchnorm(x) lemma a " + "x[i,d] + " * 40_000 + "x[i,d] = 0 proof auto qed",
    "many binders": f"lemma a sum[{','.join(f'i{k}' for k in range(3000))}] 1 = 0 proof auto qed",
    "a long name": f"lemma {'a' * 300_000} 1 = 2 proof auto qed",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_large_file_ends_in_a_message(text: str) -> None:
    report = Checker(lambda _: None).check_source(Source("hostile", text))
    assert not report.proved
    assert report.problems
    assert all(len(str(problem)) < 10_000 for problem in report.problems)


def test_a_large_page_ends_in_a_message() -> None:
    for text in ("(" * 300_000, "prose " * 100_000, "```bnproof\n```\n" * 20_000):
        page = literate("page", f"# Title\n```bnproof\n{text}\n")
        assert Checker(lambda _: None).check_source(page).problems


def test_no_text_of_a_file_reaches_a_terminal_that_could_act_on_it() -> None:
    for text in ('title "\x1b[2J"', "# \x1b]0;owned\x07", "# \u202e", "lemma a # \r 1 = 1"):
        report = Checker(lambda _: None).check_source(Source("a\x1b[2J", text))
        assert report.problems
        assert all(line.isprintable() for line in str(report).split("\n"))


def test_what_is_no_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "big.md").write_bytes(b" " * 5_000_000)
    (tmp_path / "bytes.md").write_bytes(b"\xff\xfe\x00")
    for name in (".", "missing.md", "big.md", "bytes.md", "a\x00b.md"):
        with pytest.raises(UnreadableError):
            check(tmp_path / name)


def test_imports_stay_in_their_folder_and_come_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret.md").write_text("secret")
    cycle = {"a.bnp": "b.bnp", "b.bnp": "c.bnp", "c.bnp": "a.bnp", "self.bnp": "self.bnp"}
    outside = {"up.bnp": "../secret.md", "absolute.bnp": str(tmp_path / "secret.md")}
    missing = {"missing.bnp": "nowhere.md", "text.bnp": "notes.txt"}
    for name, target in (cycle | outside | missing).items():
        (tmp_path / "folder" / name).write_text(f'import "{target}"\n')
    for name in cycle | outside | missing:
        report = check(tmp_path / "folder" / name)
        assert {problem.error.code for problem in report.problems} == {"import"}
        assert "secret\n" not in str(report)


def test_a_linked_folder_is_not_followed_out(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "secret.bnp").write_text("lemma a 1 = 1 proof = 1 qed")
    (tmp_path / "folder" / "link.bnp").symlink_to(tmp_path / "secret.bnp")
    (tmp_path / "folder" / "a.bnp").write_text('import "link.bnp"\n')
    [problem] = check(tmp_path / "folder" / "a.bnp").problems
    assert problem.error.code == "import"
