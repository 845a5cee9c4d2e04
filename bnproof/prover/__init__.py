"""Prove or refute claims of every form; the kernel proves, exact evaluation refutes."""

from bnproof.prover.proving import Disagreement, Normaliser, prove, prove_source, vocabulary

__all__ = ["Disagreement", "Normaliser", "prove", "prove_source", "vocabulary"]
