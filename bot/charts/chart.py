"""What is to be drawn: bars that stand on one another, one for each series, and words that are ready to be read."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """`series` are (name, a value for each label), the largest first; `shown` is every how many labels one is written."""

    title: str
    subtitle: str
    labels: list[str]
    shown: int
    series: list[tuple[str, list[int]]]
    dark: bool = False

    def dump(self) -> bytes:
        """The chart as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def load(cls, line: bytes) -> "Chart":
        """The chart of such a line."""
        fields = json.loads(line)
        return cls(**{**fields, "series": [(name, values) for name, values in fields["series"]]})
