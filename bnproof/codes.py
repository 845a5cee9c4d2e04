"""The closed list of diagnostic codes: what each means and what to do."""

from __future__ import annotations

from typing import NamedTuple


class Explanation(NamedTuple):
    """What a diagnostic code means, what to do, and a derivation that causes it."""

    meaning: str
    remedy: str
    example: str


CODES: dict[str, Explanation] = {
    "syntax": Explanation(
        "The text cannot be read: something else was expected at the caret.",
        "Write what is expected there; 'bnproof prove --help' shows the language.",
        "lemma a sum[i x[i,d] = 0",
    ),
    "limit": Explanation(
        "A text, a number, an exponent or the nesting of brackets is larger than anybody means.",
        "Split the term into definitions (let) or steps.",
        "lemma a 2^9999999 = 0",
    ),
    "unknown-name": Explanation(
        "An array, a normaliser or a definition is mentioned that nothing declares.",
        "Correct the name, or declare it (param, input, let, use) before it is used.",
        "use batchnorm(x)\nlemma a sum[i] yy[i,d] = 0",
    ),
    "unknown-index": Explanation(
        "An index is no index letter, or it is neither in the claim nor bound by a sum.",
        "Use i j k l m p q for samples and c d e f for features, or declare letters with 'index'.",
        "use batchnorm(x)\nlemma a y[u,d] = 0",
    ),
    "wrong-indices": Explanation(
        "An array has other indices than it is declared with.",
        "Give it as many indices as it takes, each of the right sort, in the right order.",
        "use batchnorm(x)\nlemma a y[d,i] = 0 proof auto qed",
    ),
    "name-clash": Explanation(
        "A name is used for two things: two declarations, two results, an index and an array.",
        "Rename one of them; 'use ... as NAME' keeps two normalisers apart.",
        "use batchnorm(x)\nlet mu[d] = 0",
    ),
    "binder-clash": Explanation(
        "A sum binds a letter that is bound already, so that nobody could tell which is meant.",
        "Use another letter for the inner sum.",
        "use batchnorm(x)\nlemma a sum[i] sum[i] y[i,d] = 0",
    ),
    "not-differentiable": Explanation(
        "One differentiates by inputs and parameters, not by what is defined by them, by a size, by "
        "a symmetric array, or by something that a hypothesis constrains.",
        "Differentiate by x, or by a parameter that nothing is assumed of.",
        "use batchnorm(x)\nlemma a diff[y[j,e]] y[i,d] = 0 proof auto qed",
    ),
    "division": Explanation(
        "The denominator may be zero. One divides by numbers, sizes, roots, parameters that are "
        "assumed to be non-zero, and products of these; the normal form counts.",
        "Assume that it is not zero (assume t[d] != 0, assume eps > 0), or multiply it out.",
        "use batchnorm(x)\nlemma a y[i,d]/(x[i,d] - mu[d]) = 1/s[d] proof auto qed",
    ),
    "hypothesis": Explanation(
        "A hypothesis cannot be assumed: it constrains something that is no parameter, size or free "
        "index of the claim.",
        "Assume the sign of a parameter, a bound on a size, or that two free indices differ.",
        "use batchnorm(x)\nlemma a assume j != k sum[i] y[i,d] = 0 proof auto qed",
    ),
    "vacuous": Explanation(
        "No point meets the hypotheses, so that anything would follow from them.",
        "Take back one of the hypotheses; roots with a positive radicand are among them.",
        "use batchnorm(x)\nlemma a assume eps = 0, eps > 0 0 = 1 proof auto qed",
    ),
    "unsupported": Explanation(
        "The claim has a form that is not decided.",
        "Claims are A = B, A != B, A >= B, A <= B, blocked L, not blocked L, projector and nullspace.",
        "use batchnorm(x)\nlemma a y[i,d]^2 > 0",
    ),
    "witness": Explanation(
        "What is given to show a null space by does not fit: there is a coordinate for each vector.",
        "Correct the inverse and the coordinates, or leave both out, so that they are found.",
        "use batchnorm(x)\nlemma a nullspace[j,k] delta[j,k] - 1/n = span[j]{1} "
        "proof inverse delta[j,k] coordinates {} show annihilated auto show complete auto qed",
    ),
    "false-claim": Explanation(
        "The claim of a lemma or theorem is false: the point that is shown refutes it.",
        "Correct the claim, or add the hypothesis that it needs.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d]^2 = n proof auto qed",
    ),
    "not-refuted": Explanation(
        "A claim is said to be false with 'refuted', and no exact counterexample shows it: it is proved, "
        "or undecided.",
        "State what is true as a theorem. If the claim is not the one that was meant, correct it; if it "
        "is undecided, say what makes it fail, such as assume n >= 3.",
        "use batchnorm(x)\nrefuted a sum[i] y[i,d] = 0",
    ),
    "false-step": Explanation(
        "The two terms of a step are not equal: they differ at the point that is shown.",
        "Correct the term; what is left when one is subtracted from the other says where to look.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = n*mu[d] by linearity = 0 by linearity qed",
    ),
    "weak-hints": Explanation(
        "The step is true, but does not follow by what it names. A hint is a promise: nothing else "
        "is used.",
        "Use the hints that are proposed, or put a step in between.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = 0 by linearity qed",
    ),
    "unneeded-hint": Explanation(
        "A step follows without one of its hints. This is a warning, and an error with --strict.",
        "Leave the hint out, so that a reader learns what the step rests on.",
        "use batchnorm(x)\nlemma a sum[i] x[i,d] = n*mu[d] proof = n*mu[d] by statistics, root qed",
    ),
    "unneeded-hypothesis": Explanation(
        "The claim holds without one of its own hypotheses. This is a warning, and an error with "
        "--strict.",
        "Leave the hypothesis out: the theorem says more without it.",
        "use batchnorm(x)\nlemma a assume eps = 0 sum[i] y[i,d] = 0 proof auto qed",
    ),
    "hole": Explanation(
        "A step is left open with 'by ?', so that the statement is not proved.",
        "Write one of the sets of hints that are proposed.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = 0 by ? qed",
    ),
    "undecided": Explanation(
        "A budget was spent, or no point was found that shows what the normal form says. This is no "
        "verdict: neither proved nor refuted.",
        "Make the term smaller, or put steps in between.",
        "use batchnorm(x)\nparam a[sample,feature]\n"
        "lemma b (x[i,d] + a[j,e] + y[k,c] + a[l,f])^40 = 0 proof auto qed",
    ),
    "chain": Explanation(
        "The steps do not belong to the claim: they begin or end elsewhere, or there are none.",
        "Begin with the left side of the claim (it may be left out; for 'blocked L' it is diff[x[j,e]] "
        "L) and end with the right one, up to the names of bound indices.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = n*mu[d] - n*mu[d] by statistics qed",
    ),
    "narrow-proof": Explanation(
        "The proof divides by something that is zero at sizes of which the claim speaks, so it shows "
        "less than is claimed.",
        "Find steps, or an inverse, without that denominator, or assume sizes at which it is not zero.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = (n-2)/(n-2)*(sum[i] y[i,d]) "
        "= 0 by auto qed",
    ),
    "no-proof": Explanation(
        "A lemma or theorem stands without a proof.",
        "Write one, or 'proof auto qed' to have the steps found.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0",
    ),
    "unknown-citation": Explanation(
        "A hint names no earlier result and no rule. A proof cannot cite itself or a later result.",
        "Correct the name, or move what is cited in front.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof = 0 by a qed",
    ),
    "unproved-citation": Explanation(
        "What is cited is not proved, so nothing can rest on it.",
        "Complete its proof first.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0\nlemma b sum[i] y[i,d] = 0 proof = 0 by a qed",
    ),
    "citation": Explanation(
        "A result is cited where a hypothesis that it was proved under is not in force, or where its "
        "names mean something else.",
        "Assume what it needs, or prove it under weaker hypotheses.",
        "use batchnorm(x)\nlemma a assume eps = 0 sum[i] y[i,d]^2 = n proof auto qed\n"
        "lemma b sum[i] y[i,d]^2 = n*(1 - kappa[d]) proof = n by a = n*(1 - kappa[d]) by auto qed",
    ),
    "instance": Explanation(
        "The claim is not an instance of the theorem in the way that the proof says: an array, a "
        "hypothesis or the claim itself is not what the theorem has in its place.",
        "Say what each sort of the theorem is here (place = (i,p)) and each array (X = x, a = g[d]); "
        "a definition that is left out is unfolded.",
        "use batchnorm(x)\nlemma a sum[i] y[i,d] = 0 proof auto qed\n"
        "lemma b sum[i] x[i,d] = n*mu[d] proof instance of a qed",
    ),
    "import": Explanation(
        "An import does not lead to a derivation: the file is missing, cannot be read, lies outside of "
        "the folder, or imports this one.",
        "Name a .md or .bnp file in the folder of this one, without cycles.",
        'import "../secret.md"',
    ),
    "empty": Explanation(
        "There is nothing to check in a file.",
        "Write statements in blocks that begin with ```bnproof; a .bnp file needs no blocks.",
        "# nothing but a comment",
    ),
}
