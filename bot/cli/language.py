"""`dozor explain`: needs no configuration and no database, and reads a file of any size in constant memory."""

import json
import sys
from argparse import ArgumentParser, Namespace
from contextlib import nullcontext
from pathlib import Path

from monitor.jsonl import Line, read
from monitor.query.document import Document
from monitor.query.explain import explain
from monitor.query.syntax import parse

_STDIN = Path("-")

Spans = list[tuple[int, int]]


def add_explain(parser: ArgumentParser) -> None:
    """Arguments of `dozor explain`."""
    parser.add_argument("query")
    parser.add_argument("file", nargs="?", type=Path, default=_STDIN, help="JSONL (default: stdin)")
    parser.add_argument("--json", action="store_true", help="one object a post: channel, id, matched, spans")
    parser.set_defaults(run=_run)


def _run(options: Namespace) -> int:
    query = parse(options.query)
    with options.file.open("rb") if options.file != _STDIN else nullcontext(sys.stdin.buffer) as lines:
        for line in read(lines):
            spans = explain(query, document_of(line))
            sys.stdout.write((_as_json if options.json else _as_text)(line, spans) + "\n")
    sys.stdout.flush()
    return 0


def document_of(line: Line) -> Document:
    """The pure view of a file's post which queries are asked about."""
    post = line.incoming(0)
    return Document(
        text=post.text,
        channel=line.channel,
        language=line.more.get("lang"),
        media=frozenset(post.media),
        is_forward=post.forward is not None,
        is_edited=post.edit_date is not None,
        date=post.date,
        links=post.links,
    )


def _as_json(line: Line, spans: Spans | None) -> str:
    row = {
        "channel": line.channel,
        "id": line.id,
        "matched": spans is not None,
        "spans": [list(s) for s in spans or []],
    }
    return json.dumps(row, ensure_ascii=False)


def _as_text(line: Line, spans: Spans | None) -> str:
    if spans is None:
        return f"-  {line.channel}/{line.id}"
    return f"+  {line.channel}/{line.id}  {', '.join(line.text[start:end] for start, end in spans)}"
