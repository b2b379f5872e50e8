"""Where in stories some posts belong, as far as is known of others: `monitor.stories` reads and writes what this asks for. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from xxhash import xxh64_intdigest

from monitor.models import Post
from monitor.post_ids import SLOTS
from monitor.similarity import BITS, WINDOW, Shape, are_copies, is_glimpsed, is_repetition, shape

MOST_COMPARED = 8  # posts that share the most with a new one
MOST_ALIKE = 64  # posts under one hash: what more have is everybody's phrase
SHARED = 0.15  # of their hashes: what copies that are as long share at least; once in five hundred times less
Origin = tuple[int, int]
Holder = tuple[int, int, int]
"""A hash, a post that it finds, and that post's channel."""


class Told(NamedTuple):
    """What of a post decides where it belongs; `story_id` as it was read."""

    id: int
    channel_id: int
    message_id: int
    album_id: int
    text: str
    entities: list[Any]
    forward: dict[str, Any] | None
    story_id: int | None

    @classmethod
    def of(cls, post: Post) -> "Told":
        """What a stored post tells."""
        return cls._make(_of_post(post))

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> "Told":
        """What the row of a post tells."""
        return cls._make(_of_row(row))

    def origin(self) -> Origin | None:
        """The channel and message that it was forwarded from; of an album only the first part counts."""
        forward = self.forward or {}
        channel_id, message_id = forward.get("channel_id"), forward.get("message_id")
        if channel_id is None or message_id is None or self.album_id != self.id:
            return None
        return channel_id, message_id

    def apart(self, other_id: int) -> timedelta:
        """The time to another post, by their ids."""
        return timedelta(seconds=abs(self.id // SLOTS - other_id // SLOTS))


_of_post, _of_row = attrgetter(*Told._fields), itemgetter(*Told._fields)


class Placing:
    """New posts being placed.

    `stories` says into which each goes, `founded` which posts found one, `hashes` what each is found by.
    """

    def __init__(self, posts: Sequence[Told]) -> None:
        self.posts = posts
        self.stories: dict[int, int] = {}
        self.founded: list[Told] = []
        self._shapes: dict[int, Shape] = {}
        self._known: dict[int, Told] = {}
        self._by_message: dict[Origin, Told] = {}
        self._holders: defaultdict[int, dict[int, int]] = defaultdict(dict)  # hash: {post: channel}
        self._members: defaultdict[int, list[Told]] = defaultdict(list)
        self._alike: dict[int, dict[int, int]] = {}  # as far as it is known
        self._changed: set[int] = set()  # hashes of which something was added to
        self.hashes = {post.id: self._hashes(post) for post in posts}

    def hold(self, holders: Iterable[Holder]) -> None:
        """Posts are found by hashes."""
        for number, post_id, channel_id in holders:
            self._holders[number][post_id] = channel_id

    def know(self, told: Told) -> None:
        """What a stored post tells."""
        self._known[told.id] = self._by_message[told.channel_id, told.message_id] = told

    def alike(self, post: Told) -> dict[int, int]:
        """Posts of other channels, near in time, that share the most hashes with this one: how many; the newest of equals first."""
        hashes = self.hashes[post.id]
        if post.id not in self._alike or not self._changed.isdisjoint(hashes):
            self._alike[post.id] = self._count(post)
        return self._alike[post.id]

    def _count(self, post: Told) -> dict[int, int]:
        shared: dict[int, int] = {}
        for holders in filter(None, map(self._holders.get, self.hashes[post.id])):
            for other, channel in holders.items():
                if channel != post.channel_id:
                    shared[other] = shared.get(other, 0) + 1
        near = [(count, other) for other, count in shared.items() if post.apart(other) <= WINDOW]
        return {other: count for count, other in sorted(near, reverse=True)[:MOST_COMPARED]}

    def tellers(self, post: Told) -> Iterator[Told]:
        """Whom the post repeats: what it is a forward of, other forwards of that, copies; the most alike first."""
        origin = post.origin()
        source = self._by_message.get(origin) if origin else None
        if source is not None and source.id != post.id and post.apart(source.id) <= WINDOW:
            yield source
        for other_id, shared in self.alike(post).items():
            other = self._known.get(other_id)
            if other is None:
                continue
            same_origin = origin is not None and origin == other.origin()
            if same_origin or (self._may_be_copies(post, other, shared) and self._are_copies(post, other)):
                yield other

    def story_of(self, other: Told) -> int | None:
        """The story that another post is part of by now."""
        return self.stories.get(other.id, other.story_id)

    def is_series(self, post: Told, stored: Iterable[Told], story_id: int) -> bool:
        """Whether the story has a post of this channel that says something else: then the channel fills a template anew.

        `stored` are its posts there, as far as they are stored.
        """
        added = (other for other in self._members[story_id] if other.channel_id == post.channel_id)
        own = (other for other in chain(stored, added) if other.id != post.id)
        return any(not is_repetition(self._shape(other), self._shape(post), post.apart(other.id)) for other in own)

    def join(self, post: Told, other: Told) -> None:
        """Place the post into the other's story, which the other founds if it has none."""
        story_id = self.story_of(other)
        if story_id is None:
            story_id = self.stories[other.id] = other.id
            self.founded.append(other)
            self._members[story_id].append(other)
        self.stories[post.id] = story_id
        self._members[story_id].append(post)

    def placed(self) -> dict[int, int]:
        """{post: its story} of the posts, of those that found a story, and of the first parts of their albums, which alerts are of."""
        told = [post for post in (*self.posts, *self.founded) if post.id in self.stories]
        heads = {post.album_id: self.stories[post.id] for post in told}
        return heads | {post.id: self.stories[post.id] for post in told}

    def add(self, post: Told) -> None:
        """The post is placed: the next ones may repeat it. Hashes that everybody has find it no more."""
        self.know(post)
        few = [number for number in self.hashes[post.id] if len(self._holders.get(number, ())) < MOST_ALIKE]
        self.hashes[post.id] = few
        self._changed.update(few)
        self.hold((number, post.id, post.channel_id) for number in few)

    def _may_be_copies(self, post: Told, other: Told, shared: int) -> bool:
        """Whether they share about as many hashes as copies do: most if they are as long, few if one is much longer.

        So one common phrase does not have them compared, which takes ten times as long.
        """
        shorter, longer = sorted((post.text, other.text), key=len)
        if shared * len(longer) < SHARED * len(self.hashes[post.id]) * len(shorter):
            return False
        return shared > 1 or shared == len(self.hashes[post.id]) or is_glimpsed(shorter, longer)

    def _are_copies(self, post: Told, other: Told) -> bool:
        return are_copies(self._shape(post), self._shape(other), post.apart(other.id))

    def _hashes(self, post: Told) -> list[int]:
        origin = post.origin()
        forward = [] if origin is None else [xxh64_intdigest(b"forward %d %d" % origin) >> (64 - BITS)]
        return self._shape(post).sketch() + forward

    def _shape(self, post: Told) -> Shape:
        if post.id not in self._shapes:
            self._shapes[post.id] = shape(post.text, post.entities)
        return self._shapes[post.id]
