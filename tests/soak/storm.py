"""Everything that can happen to channels and to the way to them, at random."""

from collections.abc import Callable
from random import Random

from sandbox.telegram import Sandbox
from sandbox.world import Channel, Media

TOLD = "посольство"
"""The word that the admin waits for: some posts have it."""

REQUESTS = (
    "messages.getHistory",
    "messages.getDialogs",
    "channels.getMessages",
    "updates.getChannelDifference",
    "updates.getDifference",
    "updates.getState",
)
RECENT = 150
"""Edits and deletions fall on the newest so many posts of a channel."""


class Storm:
    """Random events and faults; the same seed does the same to the same channels.

    `silence`: some requests are never answered, each of which costs half a minute.
    """

    def __init__(self, sandbox: Sandbox, channels: list[Channel], random: Random, *, silence: bool) -> None:
        self._world = sandbox.world
        self._faults = sandbox.faults
        self._server = sandbox.mtproto
        self._channels = channels
        self._random = random
        self._silence_weight = int(silence)
        self._number = 0

    def event(self) -> None:
        """Something happens in one of the channels."""
        channel = self._random.choice(self._channels)
        happen = self._chosen(
            (60, self._post), (15, self._edit), (10, self._delete), (10, self._album), (5, self._view)
        )
        happen(channel)

    def fault(self) -> None:
        """Something goes wrong, now or soon."""
        self._chosen(
            (30, self._pushes),
            (20, self._request),
            (5, self._gap),
            (5, self._cut),
            (self._silence_weight, self._silence),
        )()

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def _chosen(self, *choices: tuple[int, Callable[..., None]]) -> Callable[..., None]:
        weights, actions = zip(*choices, strict=True)
        return self._random.choices(actions, weights)[0]

    def _text(self) -> str:
        self._number += 1
        wanted = TOLD if self._random.random() < 0.1 else "погода"
        return f"Сегодня {wanted} номер{self._number}"

    def _post(self, channel: Channel) -> None:
        self._world.publish(channel, self._text())

    def _album(self, channel: Channel) -> None:
        photos = [Media("photo", b"\xff\xd8", "image/jpeg")] * self._random.randint(2, 4)
        self._world.publish_album(channel, self._text(), photos)

    def _edit(self, channel: Channel) -> None:
        if number := self._standing(channel):
            text = channel.posts[number].text or "подпись"
            self._world.edit(channel, number, f"{text} {self._random.choice('абвгд')}")

    def _delete(self, channel: Channel) -> None:
        first = self._standing(channel)
        count = self._random.choice((1, 1, 1, 5))
        self._world.delete(channel, range(first, first + count) if first else ())

    def _view(self, channel: Channel) -> None:
        if number := self._standing(channel):
            self._world.view(channel, number, channel.posts[number].views + self._random.randint(1, 100))
            self._world.react(channel, number, "👍", self._random.randint(1, 9))

    def _standing(self, channel: Channel) -> int:
        return self._random.choice(list(channel.posts)[-RECENT:]) if channel.posts else 0

    def _pushes(self) -> None:
        kind = self._random.choice(("lost_pushes", "late_pushes", "repeated_pushes"))
        channel = self._random.choice((None, self._random.choice(self._channels).username))
        self._faults.add(kind, method=channel, times=self._random.randint(1, 20))

    def _request(self) -> None:
        method = self._random.choice(REQUESTS)
        if self._random.random() < 0.5:
            self._faults.add("flood_wait", method=method, seconds=1)
        else:
            self._faults.add("rpc_error", method=method, code=500, message="RPC_CALL_FAIL")

    def _gap(self) -> None:
        self._faults.add("too_long_gap", times=self._random.randint(1, 5))

    def _cut(self) -> None:
        if self._random.random() < 0.5:
            self._server.cut()
        else:
            self._faults.add("cut_connection", method=self._random.choice(REQUESTS))

    def _silence(self) -> None:
        self._faults.add("no_answer", method=self._random.choice(REQUESTS))
