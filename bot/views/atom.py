"""A topic's posts as an Atom feed (RFC 4287)."""

import re
from datetime import datetime
from html import escape
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.views.draft import shorten
from bot.views.links import channel_link, post_link
from monitor.feeds import FeedPage
from monitor.search import FoundPost

NAMESPACE = "http://www.w3.org/2005/Atom"
TITLE_LIMIT = 100  # UTF-16 units
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # w3.org/TR/xml, 2.2


def atom(page: FeedPage, address: str) -> bytes:
    """The feed that is found at `address`, newest posts first."""
    feed = Element("feed", xmlns=NAMESPACE)
    _add(feed, "id", uuid5(NAMESPACE_URL, f"dozor:topic:{page.topic.id}").urn)
    _add(feed, "title", page.topic.name)
    _add(feed, "updated", changed_at(page).isoformat())
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=address)
    for found in page.posts:
        _add_entry(feed, found)
    return bytes(tostring(feed, encoding="utf-8", xml_declaration=True))


def changed_at(page: FeedPage) -> datetime:
    """When something of the feed changed last."""
    return max(map(_updated, page.posts), default=page.given_at)


def _add_entry(feed: Element, found: FoundPost) -> None:
    post, channel = found.post, found.channel
    entry = SubElement(feed, "entry")
    _add(entry, "id", f"https://t.me/c/{channel.id}/{post.message_id}")  # stays when the channel's name changes
    first_line = post.text.strip().partition("\n")[0]
    _add(entry, "title", shorten(first_line, TITLE_LIMIT) or channel.title)
    _add(entry, "published", post.date.isoformat())
    _add(entry, "updated", _updated(found).isoformat())
    SubElement(entry, "link", rel="alternate", href=post_link(channel, post.message_id))
    author = SubElement(entry, "author")
    _add(author, "name", channel.title)
    if address := channel_link(channel):
        _add(author, "uri", address)
    _add(entry, "content", _html(found)).set("type", "html")


def _html(found: FoundPost) -> str:
    """The post's text, and in bold what matched."""
    text, at, pieces = found.post.text, 0, []
    for start, end in found.spans:
        pieces += [escape(text[at:start]), f"<b>{escape(text[start:end])}</b>"]
        at = end
    return "".join([*pieces, escape(text[at:])]).replace("\n", "<br>")


def _updated(found: FoundPost) -> datetime:
    return found.post.edited_at or found.post.date


def _add(parent: Element, name: str, text: str) -> Element:
    child = SubElement(parent, name)
    child.text = _FORBIDDEN.sub("", text)
    return child
