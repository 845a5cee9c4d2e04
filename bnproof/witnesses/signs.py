"""Signs at a glance: which products of sizes, entries and sums are visibly non-negative (not trusted)."""

from __future__ import annotations

from bnproof.closed_forms.pieces import Product, name_of
from bnproof.kernel import Monomial, Polynomial
from bnproof.kernel.signature import DELTA
from bnproof.terms import Index, Parameter, Root
from bnproof.witnesses.parts import Part, size_numerator, size_powers
from bnproof.witnesses.workspace import Workspace


class Signs:
    """What is visibly non-negative in one workspace.

    That are numbers, deltas, roots, parameters that are so by declaration or hypothesis, polynomials in
    the sizes that are so from the smallest admitted sizes on, even powers, and products and sums of such.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def shows(self, part: Part) -> bool:
        """Whether a part of a polynomial is visibly non-negative."""
        return self.is_admitted(part.sizes) and self.is_visible(part.product)

    def is_admitted(self, sizes: Polynomial) -> bool:
        """Whether a polynomial in the sizes has no negative coefficient in n - (the smallest n)."""
        ring, minimum = self._workspace.ring, self._workspace.signature.minimum
        shifted: Polynomial = {}
        for monomial, coefficient in size_numerator(ring, sizes)[0].items():
            product = ring.constant(coefficient)
            for name, power in size_powers(monomial).items():
                size = ring.add(ring.atom((name, ())), ring.constant(minimum[name]))
                product = ring.multiply(product, ring.power(size, power))
            ring.add_to(shifted, product)
        return all(coefficient > 0 for coefficient in shifted.values())

    def is_visible(self, product: Product) -> bool:
        """Whether a product is made of even powers and of pieces that are not negative."""
        return all(power % 2 == 0 or self.is_signed(piece) for piece, power in product)

    def is_signed(self, piece: Monomial) -> bool:
        """Whether an entry, or a sum, is visibly non-negative wherever it has a value."""
        if piece.bound:
            return self.visible_body(piece) is not None
        name, signature = name_of(piece), self._workspace.signature
        declared = signature.declared.get(name)
        return (
            name == DELTA
            or name in self._workspace.ring.sizes.values()
            or isinstance(declared, Root)
            or (isinstance(declared, Parameter) and declared.nonnegative)
            or signature.signs.get(name) == "positive"
        )

    def visible_body(self, piece: Monomial) -> tuple[Index, Product] | None:
        """An index of a sum and a visible product under the sum over it, or None."""
        for index in piece.bound:
            fresh = self._workspace.ring.fresh(index.sort)
            body = self._workspace.opened(piece, {index: fresh})
            if self.is_visible(body):
                return fresh, body
        return None
