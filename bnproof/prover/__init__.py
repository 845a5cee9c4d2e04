"""Prove or refute claims of every form; the kernel proves, exact evaluation refutes."""

from bnproof.maps.vocabulary import Normaliser
from bnproof.prover.proving import Disagreement, prove, prove_source, vocabulary

__all__ = ["Disagreement", "Normaliser", "prove", "prove_source", "vocabulary"]
