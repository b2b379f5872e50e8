"""Texts, queries and files that nobody meant well: an answer or a clear error, never anything else."""

import io
import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.desktop.posts import UnreadableMessageError, post_of
from monitor.desktop.reading import Export
from monitor.errors import MonitorError
from monitor.jsonl import BadLineError, read
from monitor.query.analysis import analyze
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.matcher import Matcher
from monitor.query.syntax import QuerySyntaxError, parse
from tests.fuzz.bounded import bounded

EXPORT = Path(__file__).parent.parent / "data" / "channel_export.json"
PIECES = ['"', "(", ")", "|", " OR ", "-", "=", "~", "*", "/", "\\", "#", "@", "$", "t.me/", "from:@a", "lang:ru", "has:link",
          "is:forward", "last:7d", "after:2025-07-01", "~3", "арест", "Ибрагимов", "İ", "ß", "5 %", "№", " ", "\n",
          "\ud800", "\u0000", "[a-", "{9,9", "(?i)"]  # fmt: skip
anything = st.text(st.characters(exclude_categories=()), max_size=60)
queries = st.one_of(anything, st.lists(st.one_of(st.sampled_from(PIECES), anything), max_size=12).map("".join))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(anything, inner, max_size=4)),
    max_leaves=8,
)
FIELDS = ["channel", "id", "date", "text", "views", "edit_date", "grouped_id", "media", "fwd_from", "reactions"]
lines = st.one_of(
    st.binary(max_size=80),
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=8).map(lambda row: json.dumps(row).encode()),
    st.fixed_dictionaries(
        {"channel": st.just("a"), "id": json_values, "date": st.just("2024-11-26"), "text": anything}
    ).map(lambda row: json.dumps(row).encode()),
)
messages = st.dictionaries(
    st.sampled_from(["id", "type", "date", "date_unixtime", "text", "text_entities", "photo", "file", "media_type",
                     "forwarded_from", "poll", "edited", "edited_unixtime"]),
    st.one_of(json_values, st.just("message"), st.just("1732612500"), st.integers(1, 9)),
)  # fmt: skip


@given(queries, anything)
@settings(deadline=None, max_examples=300)
@bounded
def test_any_text_is_a_query_or_the_error_says_where_it_is_none(query: str, text: str) -> None:
    matcher = Matcher([text])
    try:
        parsed = parse(query)
        assert parse(str(parsed)) == parsed
        matcher.add(1, parsed)
    except QuerySyntaxError as error:
        assert 0 <= error.position <= len(error.query)  # noqa: PT017 -- whether there is one depends
        return
    document = Document(text)
    assert (list(matcher.match(document)) == [1]) == (explain(parsed, document) is not None)


@given(anything)
@settings(deadline=None, max_examples=200)
@bounded
def test_any_text_has_tokens_that_lie_within_it(text: str) -> None:
    assert all(0 <= token.start < token.end <= len(text) for token in analyze(text).tokens)


@given(st.lists(lines, max_size=5))
@settings(deadline=None, max_examples=300)
@bounded
def test_any_line_is_a_post_or_the_error_names_the_line(raw: list[bytes]) -> None:
    try:
        posts = [line.incoming(1) for line in read(raw)]
    except BadLineError as error:
        assert 1 <= error.params["line"] <= len(raw)  # noqa: PT017 -- whether there is one depends
    else:
        assert all(Document(post.text) is not None for post in posts)


@given(messages)
@settings(deadline=None, max_examples=300)
@bounded
def test_any_message_of_an_export_is_a_post_or_none_or_unreadable(message: dict[str, object]) -> None:
    try:
        post = post_of(message, 1)
    except UnreadableMessageError:
        return
    assert post is None or post.message_id > 0


@given(st.data())
@settings(deadline=None, max_examples=200)
@bounded
def test_an_export_with_any_bytes_in_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(EXPORT.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    try:
        for chat, message in Export(io.BytesIO(bytes(content))).messages():
            try:
                post_of(message, chat.id)
            except UnreadableMessageError:
                continue
    except MonitorError as error:
        assert error.code  # noqa: PT017 -- whether there is one depends
