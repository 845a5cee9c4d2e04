"""Answers as objects for `--json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bnproof.blindness.deciding import Cell
from bnproof.checks.search import Progress
from bnproof.language import print_term
from bnproof.render.json import chain_dicts, failure_dict, separation_dict, step_dict

if TYPE_CHECKING:
    from bnproof.blindness.api import Answer


def answer_dict(answer: Answer, details: bool, why: bool, progress: Progress) -> dict[str, Any]:
    """An answer as an object; closed forms and sizes only with `details`, steps only with `why`."""
    if not isinstance(answer, Cell):
        kind = "error" if answer.in_error else "does not fit"
        return {"term": answer.text, "verdict": kind, "reason": answer.reason}
    subject, proof, failing = answer.subject, answer.proof, answer.counterexample
    progress(f"{answer.norm.short}, {subject.title}: writing down the answer")
    found: dict[str, Any] = {
        "name": subject.key,
        "title": subject.title,
        "words": subject.words or None,
        "term": print_term(subject.term),
        "verdict": answer.verdict,
        "scope": str(proof.scope) if proof and proof.scope else None,
        "reason": answer.reason,
        "counterexample": failure_dict(failing) if failing else None,
        "parts": [answer_dict(part, details, why, progress) for part in answer.parts],
    }
    if details:
        leak, survey = answer.leak, answer.survey
        found["gradient"] = print_term(leak.term) if leak else None
        found["leak"] = print_term(leak.closed_form) if leak else None
        found["sizes"] = separation_dict(survey.separation) if survey else None
        found["blocked_at"] = [dict(sizes) for sizes in survey.equal] if survey else None
    if why:
        chains = proof.chains() if proof else []
        found["steps"] = [step for chain in chains for step in chain_dicts(chain)]
        leak = answer.leak
        found["leak_steps"] = [step_dict(step, "") for step in leak.steps] if leak else []
    return found
