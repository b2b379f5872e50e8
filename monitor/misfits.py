"""What of a file cannot be taken in: counted, the first few named, and told at the end."""

from dataclasses import dataclass, field

from monitor.errors import MonitorError

NAMED = 3


class MisfitsError(MonitorError):
    """Some of the file is no post and was left out; everything else is stored."""

    code = "misfits"


@dataclass(slots=True)
class Misfits:
    """So far; `kind` is what they are: lines, messages."""

    kind: str
    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, where: str, why: str) -> None:
        """One more: "line 5", and what is wrong with it."""
        self.count += 1
        if self.count <= NAMED:
            self.first.append(f"{where}: {why}")

    def error(self) -> MisfitsError | None:
        """What a person is told of them; None if there are none."""
        if not self.count:
            return None
        named = "; ".join([*self.first, *(["…"] if self.count > NAMED else [])])
        are = "of its {} cannot be read and was" if self.count == 1 else "of its {} cannot be read and were"
        said = f"{self.count} {are.format(self.kind)} left out ({named}). Everything else is stored."
        return MisfitsError(said, count=self.count)
