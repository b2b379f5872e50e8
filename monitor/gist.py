"""What can be told of a post without a database: its language, its entry in the index, the topics that it satisfies."""

from typing import NamedTuple

from monitor import index, language
from monitor.documents import document_of_new, within_text
from monitor.incoming import IncomingPost, stored_text
from monitor.index import Entry
from monitor.language import Opinion
from monitor.query.evaluation import Span
from monitor.topics import StandingTopics
from monitor.usernames import Names

Matched = dict[int, list[Span]]


class Gist(NamedTuple):
    """`matched`: {topic id: what of the text matched}. Where the text is too short to say its language, the rest waits for that."""

    said: Opinion
    entry: Entry | None
    matched: Matched


def gist_of(post: IncomingPost, names: Names, topics: StandingTopics, *, on_sqlite: bool) -> Gist:
    """The gist of a new post of the channel of these names."""
    said = language.opinion(post.text)
    if said.language is None:
        return Gist(said, None, {})
    return completed(said, said.language, post, names, topics, on_sqlite=on_sqlite)


def completed(
    said: Opinion,
    code: str | None,
    post: IncomingPost,
    names: Names,
    topics: StandingTopics,
    *,
    on_sqlite: bool,
) -> Gist:
    """The gist of a post that is in the language `code`."""
    document = document_of_new(post, names, code)
    entry = index.entry(document, post.channel_id, on_sqlite=on_sqlite)
    found = topics.found(document)
    text = stored_text(post.text) if found else ""
    return Gist(said, entry, {topic: within_text(text, spans) for topic, spans in found.items()})
