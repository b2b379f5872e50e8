"""Albums of an export, which does not say what belonged together.

Told by what Telegram makes of an album: consecutive ids, one second, one author, ten parts at most, pictures and videos or files
alone, and a caption on one part. Two pictures with a caption each stay two posts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from monitor.incoming import IncomingPost

LARGEST = 10
_VISUAL = frozenset({"photo", "video"})
Authored = tuple[IncomingPost, str]


def grouped(posts: Iterable[Authored]) -> Iterator[IncomingPost]:
    """The posts with (post, author), in order; parts of one album get minus its first id as their `grouped_id`."""
    parts: list[Authored] = []
    for post in posts:
        if parts and not _belongs(parts, post):
            yield from _album(parts)
            parts = []
        parts.append(post)
    yield from _album(parts)


def _album(parts: list[Authored]) -> Iterator[IncomingPost]:
    if len(parts) == 1:
        yield parts[0][0]
        return
    for post, _ in parts:
        yield replace(post, grouped_id=-parts[0][0].message_id)


def _belongs(parts: list[Authored], candidate: Authored) -> bool:
    (post, author), (last, last_author) = candidate, parts[-1]
    return (
        len(parts) < LARGEST
        and _kind(post) == _kind(last) is not None
        and (post.channel_id, post.message_id, post.date, author, post.forward)
        == (last.channel_id, last.message_id + 1, last.date, last_author, last.forward)
        and not (post.text and any(part.text for part, _ in parts))
    )


def _kind(post: IncomingPost) -> str | None:
    media = set(post.media) - {"link"}
    if media and media <= _VISUAL:
        return "visual"
    return "file" if media == {"file"} else None
