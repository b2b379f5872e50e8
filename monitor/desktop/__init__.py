"""Exports of Telegram Desktop (`result.json`): read as a stream, converted, brought into the archive."""
