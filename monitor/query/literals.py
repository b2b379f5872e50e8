"""Which of many literals, letters and digits in a row, stand in a text?"""

_SIZE = 3  # letters by which literals are looked up


class Literals:
    """Literals, each by a piece of three letters that few others share (two, if it has no more)."""

    def __init__(self) -> None:
        self._by_piece: dict[str, list[str]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_piece)

    def add(self, literal: str) -> None:
        """Look for a literal of two or more letters, case-folded."""
        piece = min(sorted(_own(literal)), key=lambda piece: len(self._by_piece.get(piece, ())))
        self._by_piece.setdefault(piece, []).append(literal)

    def remove(self, literal: str) -> None:
        """Look for it no more."""
        piece = next(piece for piece in _own(literal) if literal in self._by_piece.get(piece, ()))
        self._by_piece[piece].remove(literal)
        if not self._by_piece[piece]:
            del self._by_piece[piece]

    def within(self, text: str) -> set[str]:
        """The literals that stand in a case-folded text."""
        near = self._by_piece.keys() & (_pieces(text, _SIZE) | _pieces(text, _SIZE - 1))
        return {literal for piece in near for literal in self._by_piece[piece] if literal in text}


def _own(literal: str) -> set[str]:
    return _pieces(literal, min(len(literal), _SIZE))


def _pieces(text: str, size: int) -> set[str]:
    return {text[at : at + size] for at in range(len(text) - size + 1)}
