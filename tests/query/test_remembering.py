from collections import Counter

from monitor.query.remembering import OTHERS, Remembered


class Worked:
    """Counts what is worked out."""

    def __init__(self, words: int) -> None:
        self.asked = Counter[str]()
        self.remembered = Remembered(self._work, words)

    def _work(self, raw: str) -> str:
        self.asked[raw] += 1
        return raw.upper()


def test_a_token_is_worked_out_once() -> None:
    worked = Worked(10)
    assert [worked.remembered[raw] for raw in ("порт", "2024", "порт", "2024")] == ["ПОРТ", "2024", "ПОРТ", "2024"]
    assert worked.asked == {"порт": 1, "2024": 1}


def test_words_that_are_asked_for_stay_and_the_others_go() -> None:
    worked = Worked(10)
    for number in range(100):
        assert worked.remembered["порт"] == "ПОРТ"
        assert worked.remembered["x" * (number + 1)]
    assert worked.asked["порт"] == 1
    assert len(worked.remembered) <= 10
    worked.remembered["x"]
    assert worked.asked["x"] == 2


def test_numbers_and_links_take_no_word_s_place() -> None:
    worked = Worked(10)
    worked.remembered["порт"]
    for number in range(OTHERS + 1):
        worked.remembered[str(number)]
    worked.remembered["порт"]
    worked.remembered["0"]
    assert worked.asked["порт"] == 1
    assert worked.asked["0"] == 2
    assert len(worked.remembered) == 1 + OTHERS


def test_what_is_forgotten_is_worked_out_anew() -> None:
    worked = Worked(10)
    for raw in ("порт", "2024"):
        worked.remembered[raw]
    worked.remembered.clear()
    for raw in ("порт", "2024"):
        worked.remembered[raw]
    assert worked.asked == {"порт": 2, "2024": 2}
