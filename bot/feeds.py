"""Feeds over HTTP: an Atom document under each secret link, sent again only when it has changed (RFC 9110, 13)."""

from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import ETag, web

from bot.middlewares import Access
from bot.views.atom import atom, changed_at
from monitor import feeds
from monitor.database import Sessions
from monitor.feeds import FeedPage, UnknownFeedError

FRESH = timedelta(minutes=1)
LINK = "[A-Za-z0-9_-]{1,100}"
"""What links are made of: nothing else is asked of the database."""


def feed_address(base: str, token: str) -> str:
    """The link to a feed of the server that people reach at `base`."""
    return f"{base.rstrip('/')}/feeds/{token}.atom"


def feed_routes(sessions: Sessions, base: str, access: Access, admins: frozenset[int]) -> list[web.RouteDef]:
    """Where feeds are read, by those whom the access rule lets in."""

    async def serve(request: web.Request) -> web.Response:
        token = request.match_info["token"]
        try:
            async with sessions() as session:
                page = await feeds.read(session, token, access is not Access.OPEN, admins)
        except UnknownFeedError:
            return web.Response(status=404, text="There is no feed at this link.\n")
        return _answer(request, page, atom(page, feed_address(base, token)))

    return [web.get(f"/feeds/{{token:{LINK}}}.atom", serve)]


def _answer(request: web.Request, page: FeedPage, body: bytes) -> web.Response:
    tag, changed = sha256(body).hexdigest()[:32], changed_at(page).replace(microsecond=0)
    if _is_known(request, tag, changed):
        answer = web.Response(status=304)
    else:
        answer = web.Response(body=body, content_type="application/atom+xml", charset="utf-8")
        answer.enable_compression()
    answer.etag = tag
    answer.last_modified = changed
    answer.headers["Cache-Control"] = f"private, max-age={int(FRESH.total_seconds())}"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _is_known(request: web.Request, tag: str, changed: datetime) -> bool:
    if request.if_none_match is not None:
        return any(known in (ETag(tag), ETag(tag, is_weak=True), ETag("*")) for known in request.if_none_match)
    return request.if_modified_since is not None and request.if_modified_since >= changed
