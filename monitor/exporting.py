"""Found posts as a file: CSV and XLSX for spreadsheets, JSON lines for programs."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

from monitor.jsonl import dump
from monitor.search import FoundPost

COLUMNS = ("channel", "id", "date", "text", "views", "link")
LONGEST_CELL = 32_767  # characters: support.microsoft.com, "Excel specifications and limits"
_WIDTHS = (20, 10, 18, 90, 9, 36)
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Table(Protocol):
    """A file that grows post by post."""

    def write(self, posts: Iterable[FoundPost]) -> None:
        """Append posts."""

    def close(self) -> None:
        """Complete the file."""


class CsvTable:
    """Comma-separated values in UTF-8, with the mark by which spreadsheets know it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def write(self, posts: Iterable[FoundPost]) -> None:
        self._writer.writerows(map(csv_row, posts))

    def close(self) -> None:
        self._file.close()


class JsonlTable:
    """JSON lines, as `dozor import` reads them."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def write(self, posts: Iterable[FoundPost]) -> None:
        self._file.writelines(dump(found.post, found.channel) + "\n" for found in posts)

    def close(self) -> None:
        self._file.close()


class XlsxTable:
    """A workbook that is written row by row. Text is written as text: no formula, no link is made of it."""

    def __init__(self, path: Path) -> None:
        from xlsxwriter import Workbook

        folder = {"constant_memory": True, "tmpdir": str(path.parent)}
        self._book = Workbook(str(path), {**folder, "strings_to_formulas": False, "strings_to_urls": False})
        self._sheet = self._book.add_worksheet("Dozor")
        self._bold = self._book.add_format({"bold": True})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._row = 0
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            self._sheet.set_column(column, column, width)
            self._sheet.write_string(0, column, name, self._bold)
        self._sheet.freeze_panes(1, 0)

    def write(self, posts: Iterable[FoundPost]) -> None:
        for found in posts:
            self._row += 1
            self._write(found)

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(COLUMNS) - 1)
        self._book.close()

    def _write(self, found: FoundPost) -> None:
        channel, number, _, text, views, link = values(found)
        self._sheet.write_string(self._row, 0, channel)
        self._sheet.write_number(self._row, 1, number)
        self._sheet.write_datetime(self._row, 2, found.post.date.replace(tzinfo=None), self._date)
        self._sheet.write_string(self._row, 3, text[:LONGEST_CELL])
        if views is not None:
            self._sheet.write_number(self._row, 4, views)
        self._sheet.write_string(self._row, 5, link)


TABLES: dict[str, Callable[[Path], Table]] = {
    "csv": CsvTable,
    "jsonl": JsonlTable,
    "xlsx": XlsxTable,
}
"""By the name of the format, which is also the file's ending."""


def csv_row(found: FoundPost) -> list[Any]:
    """A post as a row of COLUMNS; an apostrophe keeps a spreadsheet from running a text (owasp.org, "CSV Injection")."""
    return [f"'{value}" if isinstance(value, str) and value.startswith(_RUN) else value for value in values(found)]


def values(found: FoundPost) -> tuple[str, int, str, str, int | None, str]:
    """What stands in each of COLUMNS."""
    post, name = found.post, found.channel.username
    link = f"https://t.me/{name or f'c/{found.channel.id}'}/{post.message_id}"
    return name or str(found.channel.id), post.message_id, post.date.isoformat(), post.text, post.views, link
