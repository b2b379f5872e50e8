"""What the Bot API says when it refuses."""

from typing import Any


class RefusalError(Exception):
    """An error answer: HTTP status, Telegram's own words, and `parameters` such as retry_after."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> dict[str, Any]:
        """The body of the answer."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(what: str) -> RefusalError:
    """400 in Telegram's manner."""
    return RefusalError(400, f"Bad Request: {what}")
