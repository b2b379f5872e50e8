"""How long a letter has to wait, as Telegram has asked: edits apart."""

from bot.pace import LONG_S, Pace
from bot.reactions import Letter


class Waits:
    """Telegram counts methods apart (core.telegram.org/api/errors#420-flood): where edits wait for long, messages need not.

    A short wait of an edit is one of its chat. One edit that has to wait for long holds its chat's, two those of all chats.
    """

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._edits = Pace(now=pace.now)

    def of(self, letter: Letter) -> float:
        """Seconds until its chat may get it."""
        wait = self._pace.chat_wait(letter.chat_id)
        if letter.edits is None:
            return wait
        return max(wait, self._edits.chat_wait(letter.chat_id), self._edits.overall_wait())

    def refuse(self, letter: Letter, seconds: float) -> bool:
        """It was answered with a wait of so many seconds; whether that goes for all that its chat gets."""
        is_apart = letter.edits is not None and seconds >= LONG_S
        (self._edits if is_apart else self._pace).refuse(letter.chat_id, seconds)
        return not is_apart

    def bear(self, letter: Letter) -> None:
        """It was taken: nobody is asked to wait with what is like it."""
        (self._pace if letter.edits is None else self._edits).bear()
