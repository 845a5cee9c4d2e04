"""What the trusted code imports, and what a quick command must not."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bnproof

PACKAGE = Path(bnproof.__file__).parent
TRUSTED = [path for part in ("terms", "kernel") for path in sorted((PACKAGE / part).glob("*.py"))]
INDEPENDENT = [PACKAGE / "checks" / name for name in ("numbers.py", "evaluator.py", "points.py")]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("path", TRUSTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_trusted_code_imports_the_standard_library_and_itself(path: Path) -> None:
    for name in imported(path):
        homes = {"kernel": ("bnproof.kernel", "bnproof.terms"), "terms": ("bnproof.terms",)}
        inside = any(name.startswith(home) for home in homes[path.parent.name])
        assert inside or name.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", TRUSTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_trusted_code_guards_with_raise(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]


@pytest.mark.parametrize("path", TRUSTED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_trusted_code_says_so_first(path: Path) -> None:
    first = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    assert "trusted" in first


@pytest.mark.parametrize("path", INDEPENDENT, ids=lambda path: path.name)
def test_the_exact_evaluator_shares_no_code_with_the_kernel(path: Path) -> None:
    assert not [name for name in imported(path) if name.startswith("bnproof.kernel")]


def test_no_code_evaluates_text() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in ("eval", "exec", "sympify", "parse_expr", "S"), path


HEAVY = ("sympy", "numpy", "hypothesis")


def loaded_by(code: str) -> set[str]:
    report = f"{code}\nimport sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    "code",
    [
        "import bnproof",
        "import bnproof.maps",
        "import bnproof; bnproof.prove('sum[i] y[i,d]^2 = n')",
        "from bnproof.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from bnproof.cli import main; main(['prove', '--brief', 'sum[i] y[i,d] = 0'])",
    ],
)
def test_sympy_numpy_and_hypothesis_are_imported_only_when_used(code: str) -> None:
    assert loaded_by(code).isdisjoint(HEAVY)


def test_help_does_not_load_the_prover() -> None:
    code = "from bnproof.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass"
    assert loaded_by(code).isdisjoint({"bnproof.prover", "bnproof.kernel", "bnproof.language"})
