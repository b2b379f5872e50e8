"""The base of every error that the product turns into a sentence for a person."""


class MonitorError(Exception):
    """Something a person can act on; `code` names its sentence in the locales, `params` fill it.

    Each subclass lives beside what raises it and stands for one distinct reaction.
    """

    code: str = "error"

    def __init__(self, message: str = "", **params: str | int) -> None:
        super().__init__(message or (type(self).__doc__ or self.code).strip().splitlines()[0])
        self.params = params
