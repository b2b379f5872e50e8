"""The full-text index: FTS5 on SQLite, arrays of numbers under GIN on PostgreSQL.

It holds what can be asked of every post (`query.entries`, `query.numbering`) and no text. SQLite 3.40 deletes from such a table only
when told what was indexed (sqlite.org/fts5.html, 4.4.3). While posts are indexed anew (`monitor.reindexing`), those below the state's
`reached` still wait for it and are left alone here.

While an upgrade goes on, a process of the older version may be at work on an index that the newer one has begun anew: PostgreSQL's
takes nothing from it, only which posts are still to be indexed (`index_gaps`); on SQLite, which serves one process, it has to stop.

What PostgreSQL's numbers mean stands in a table without a unique key: two transactions that meet the same new word need not wait for
one another, and a word that stands there twice does no harm.
"""

from collections.abc import Collection, Mapping
from typing import TypeAlias

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from monitor import direct
from monitor.database import Sessions
from monitor.documents import document_of
from monitor.errors import MonitorError
from monitor.models import Post
from monitor.query.analyzer import KEYS_VERSION
from monitor.query.document import Document
from monitor.query.entries import fts5_entry
from monitor.query.numbering import Numbers, Word, numbers_of, spans_of
from monitor.tables import INDEX_STATE
from monitor.unnesting import array
from monitor.usernames import Names

MERGED_PAGES = 2_000  # of 4,000 bytes each, in one transaction: a few hundredths of a second
MAX_MERGES = 10_000
MANY = 100  # posts at once, for which FTS5 is told to merge less often
AUTOMERGE = 4  # segments of a level, FTS5's default (sqlite.org/fts5.html, 6.6)
MANY_AUTOMERGE = 8  # half of its `crisismerge`, at which a whole level is merged at once, for seconds
HASH_BYTES = 2 << 20  # what FTS5 gathers before it writes: as much as a core has close by

Entry: TypeAlias = bytes | Numbers
"""What the index takes of a post: a document of FTS5 in UTF-8, or PostgreSQL's numbers."""

_STATE = select(INDEX_STATE.c.keys_version, INDEX_STATE.c.reached).where(INDEX_STATE.c.id == 1)
_POSTGRES_VERSION = (
    text(  # read with the index held: whoever empties it waits, and nobody writes by what was true before
        "SELECT keys_version, (SELECT 1 FROM post_index WHERE false) FROM index_state WHERE id = 1"
    )
)
_NOTE_GAP = text("INSERT INTO index_gaps(post_id) VALUES (:id) ON CONFLICT DO NOTHING")
_REACHED = select(INDEX_STATE.c.reached).where(INDEX_STATE.c.id == 1)
_SQLITE_ADD = text("INSERT INTO post_index(rowid, terms) VALUES (:id, CAST(:terms AS TEXT))")
_SQLITE_ADD_MANY = "INSERT INTO post_index(rowid, terms) VALUES (?, CAST(? AS TEXT))"
_SQLITE_DELETE = text("INSERT INTO post_index(post_index, rowid, terms) VALUES ('delete', :id, CAST(:terms AS TEXT))")
_SQLITE_MERGE = text("INSERT INTO post_index(post_index, rank) VALUES ('merge', :pages)")
_CHANGES = text("SELECT total_changes()")
_SQLITE_CONFIGURE = text("INSERT INTO post_index(post_index, rank) VALUES (:name, :value)")
_SQLITE_CLEAR = text("INSERT INTO post_index(post_index) VALUES ('delete-all')")
_POSTGRES_CLEAR = text("TRUNCATE post_index, post_index_words")
_POSTGRES_ADD = text(
    "INSERT INTO post_index(post_id, terms, pairs)"
    " SELECT id, CAST(terms AS bigint[]), CAST(pairs AS smallint[])"
    " FROM unnest(CAST(:ids AS bigint[]), CAST(:terms AS text[]), CAST(:pairs AS text[])) AS entry(id, terms, pairs)"
    " ON CONFLICT (post_id) DO UPDATE SET terms = excluded.terms, pairs = excluded.pairs"
)
_NONE = array(())
_POSTGRES_DELETE = text("DELETE FROM post_index WHERE post_id = ANY(CAST(:ids AS bigint[]))")
_POSTGRES_NEW_WORDS = text(
    "SELECT number FROM unnest(CAST(:numbers AS bigint[]), CAST(:forms AS text[])) AS word(number, form)"
    " WHERE NOT EXISTS (SELECT FROM post_index_words AS known WHERE known.form = word.form AND known.number = word.number)"
)
_POSTGRES_ADD_WORDS = text(
    "INSERT INTO post_index_words(number, form, keys) SELECT number, form, CAST(keys AS bigint[])"
    " FROM unnest(CAST(:numbers AS bigint[]), CAST(:forms AS text[]), CAST(:keys AS text[])) AS word(number, form, keys)"
)


class NewerIndexError(MonitorError):
    """The index of the archive was made by a newer version of this program: upgrade the program."""

    code = "newer_index"


def entry_of(session: AsyncSession, post: Post) -> Entry:
    """What the index holds of a post."""
    return entry(document_of(post, Names()), post.channel_id, on_sqlite=is_sqlite(session))


def entry(document: Document, channel_id: int, *, on_sqlite: bool) -> Entry:
    """What the index takes of a post of this channel."""
    return fts5_entry(document, channel_id) if on_sqlite else numbers_of(document, channel_id)


async def add(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Index posts that are not in the index: {post id: `entry_of` it}."""
    reached = await writable_from(session)
    await put(session, {post_id: entry for post_id, entry in entries.items() if post_id >= reached})


async def replace(session: AsyncSession, post: Post, old: Entry) -> None:
    """Index a post that has changed; `old` is its entry before."""
    if is_sqlite(session):
        if post.id < await writable_from(session):
            return
        await session.execute(_SQLITE_DELETE, {"id": post.id, "terms": old})
    await put(session, {post.id: entry_of(session, post)})


async def remove(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Take posts out of FTS5's index: {post id: its entry}."""
    reached = await waiting_below(session)
    gone = [{"id": post_id, "terms": entry} for post_id, entry in entries.items() if post_id >= reached]
    if gone:
        await session.execute(_SQLITE_DELETE, gone)


async def drop(session: AsyncSession, ids: Collection[int]) -> None:
    """Take posts out of PostgreSQL's index."""
    await session.execute(_POSTGRES_DELETE, {"ids": list(ids)})


async def put(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Put entries into the index: {post id: entry}."""
    if not entries:
        return
    numbers = {post_id: entry for post_id, entry in entries.items() if isinstance(entry, Numbers)}
    if numbers:
        await _put_numbers(session, numbers)
    elif len(entries) >= MANY:
        await _put_many(session, entries)
    else:
        await direct.tell(session, _SQLITE_ADD, [{"id": post_id, "terms": entry} for post_id, entry in entries.items()])


async def _put_many(session: AsyncSession, entries: Mapping[int, Entry]) -> None:
    """Put entries into FTS5, which merges meanwhile half as often as it does otherwise.

    What it holds back in memory until then is written at any savepoint; at the commit it would be merged as ever.
    """
    connection = await session.connection()
    await session.execute(
        _SQLITE_CONFIGURE,
        [{"name": "automerge", "value": MANY_AUTOMERGE}, {"name": "hashsize", "value": HASH_BYTES}],
    )
    await connection.exec_driver_sql(_SQLITE_ADD_MANY, sorted(entries.items()))
    async with connection.begin_nested():
        await session.execute(_SQLITE_CONFIGURE, {"name": "automerge", "value": AUTOMERGE})


async def _put_numbers(session: AsyncSession, numbers: Mapping[int, Numbers]) -> None:
    if (await session.execute(_POSTGRES_VERSION)).scalar_one() > KEYS_VERSION:
        await session.execute(_NOTE_GAP, [{"id": post_id} for post_id in numbers])
        return
    words: dict[int, Word] = {}
    for entry in numbers.values():
        words |= entry.words
    await _put_words(session, words)
    terms = [array(entry.terms + spans_of(post_id)) for post_id, entry in numbers.items()]
    pairs = [array(entry.pairs) for entry in numbers.values()]
    await session.execute(_POSTGRES_ADD, {"ids": list(numbers), "terms": terms, "pairs": pairs})


async def clear(session: AsyncSession) -> None:
    """Take everything out of the index."""
    await session.execute(_SQLITE_CLEAR if is_sqlite(session) else _POSTGRES_CLEAR)


async def _put_words(session: AsyncSession, words: Mapping[int, Word]) -> None:
    """Say what numbers mean that the archive did not have before."""
    meaning = [word for word in words.values() if word.forms or word.keys]
    asked = {"numbers": [word.number for word in meaning], "forms": list(map(_first_form, meaning))}
    new = [words[number] for number in await session.scalars(_POSTGRES_NEW_WORDS, asked)] if meaning else ()
    if rows := [row for word in new for row in _rows(word)]:
        numbers, forms, keys = map(list, zip(*rows, strict=True))
        await session.execute(_POSTGRES_ADD_WORDS, {"numbers": numbers, "forms": forms, "keys": keys})


def _rows(word: Word) -> list[tuple[int, str, str]]:
    """A number, a form and an array of keys for each form, the keys in the first."""
    return [
        (word.number, _first_form(word), array(word.keys)),
        *((word.number, form, _NONE) for form in word.forms[1:]),
    ]


def _first_form(word: Word) -> str:
    return word.forms[0] if word.forms else ""


async def tidy(sessions: Sessions) -> None:
    """Merge what many additions have scattered, in short transactions: SQLite then reads faster, and needs a tenth less space."""
    pages = -MERGED_PAGES  # the first time: whatever its state (sqlite.org/fts5.html, 6.8)
    for _ in range(MAX_MERGES):
        async with sessions.begin() as session:
            if not is_sqlite(session):
                return
            before = await session.scalar(_CHANGES) or 0
            await session.execute(_SQLITE_MERGE, {"pages": pages})
            if (await session.scalar(_CHANGES) or 0) - before < 2:
                return
        pages = MERGED_PAGES


async def waiting_below(session: AsyncSession) -> int:
    """Posts with smaller ids are not in the index yet."""
    return await session.scalar(_REACHED) or 0


async def writable_from(session: AsyncSession) -> int:
    """Posts with smaller ids are to be left alone. Raises NewerIndexError on SQLite; on PostgreSQL `put` sees to it."""
    if not is_sqlite(session):
        return 0
    ((keys_version, reached),) = await direct.ask(session, _STATE)
    if keys_version > KEYS_VERSION:
        raise NewerIndexError
    return reached or 0


def is_sqlite(session: AsyncSession) -> bool:
    """Which of the two indexes this is."""
    return session.get_bind().dialect.name == "sqlite"
