"""What a theorem rests on, nothing hidden."""

from __future__ import annotations

from typing import Any

from bnproof.checks.points import reached_arrays
from bnproof.derivation.reports import PROVED, REFUTED_AS_CLAIMED, StatementReport
from bnproof.kernel import Theorem
from bnproof.language import print_claim, print_hypothesis
from bnproof.language.items import RULE
from bnproof.render.check import necessity_text
from bnproof.render.report import scope_lead
from bnproof.render.show import declaration_text
from bnproof.render.text import indented
from bnproof.terms import Definition, Root, sides


def axioms_dict(statement: StatementReport) -> dict[str, Any]:
    """What a theorem rests on, by kind; empty for what is not proved."""
    goal, report = statement.goal, statement.report
    found: dict[str, Any] = {"name": statement.name, "status": statement.status}
    if goal is None or report is None or statement.status != PROVED:
        return found
    scope, whole = report.scope, goal.statement
    reached = reached_arrays(sides(whole.claim), whole.theory)
    if statement.theorem:
        reached |= _reached(statement.theorem)
    declared = [d for d in whole.theory.declarations if d.name in reached]
    hints = [hint for step in statement.steps for hint in step.hints]
    return found | {
        "claim": print_claim(whole.claim),
        "sizes": list(scope.sizes) if scope else [],
        "domain": list(scope.domain) if scope else [],
        "hypotheses": [print_hypothesis(h) for h in whole.hypotheses],
        "unwritten": list(statement.unwritten),
        "arrays": [declaration_text(d) for d in declared if not isinstance(d, Definition | Root)],
        "definitions": [declaration_text(d) for d in declared if isinstance(d, Definition | Root)],
        "results": list(statement.rests_on),
        "rules": sorted({hint.name for hint in hints if hint.kind == RULE}),
    }


def _reached(theorem: Theorem) -> set[str]:
    """The arrays that a theorem and all that it rests on mention."""
    reached = reached_arrays(sides(theorem.claim), theorem.theory) | theorem.roots
    for cited in theorem.citations:
        reached |= _reached(cited)
    return reached


def axioms_text(statement: StatementReport) -> str:
    """What a theorem rests on, as text."""
    found = axioms_dict(statement)
    if "claim" not in found:
        status = REFUTED_AS_CLAIMED if statement.status == REFUTED_AS_CLAIMED else "not proved"
        return f"{statement.name} is {status}, so there is nothing that it rests on"
    lead = scope_lead(statement.report) if statement.report else "for every"
    lines = [f"{found['name']}: {found['claim']}", f"  {lead} {', '.join(found['sizes'])}"]
    if found["domain"]:
        lines.append(f"  where {', '.join(found['domain'])}")
    remarks = {n.hypothesis: [necessity_text(n)] for n in statement.necessities}
    for hypothesis in statement.unwritten:
        remarks.setdefault(hypothesis, []).insert(0, "not written in the paper")
    for kind in ("hypotheses", "arrays", "definitions", "results", "rules"):
        if not found[kind]:
            continue
        lines.append(f"  {kind}:")
        for entry in found[kind]:
            remark = "; ".join(remarks.get(entry, ())) if kind == "hypotheses" else ""
            lines += indented(indented([f"{entry} ({remark})" if remark else entry]))
    return "\n".join([*lines, "  and on nothing else but arithmetic"])
