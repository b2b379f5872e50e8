"""A message in the making: text and entities grow together, so nothing needs escaping."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from aiogram.types import ForceReply, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity, ReplyKeyboardMarkup

from bot.i18n import Translator
from bot.views.graphemes import boundary
from bot.views.spans import Span, clip, nested, utf16_offsets

LIMIT = 4096  # UTF-16 units: core.telegram.org/bots/api#sendmessage
MOST_ENTITIES = 100  # of a message; Telegram leaves out those that come last
RESERVE = 64  # UTF-16 units kept for the line that counts what was left out
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to be sent; entity offsets are in UTF-16 units."""

    text: str
    entities: list[MessageEntity]
    reply_markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ForceReply | None = None
    link_preview: LinkPreviewOptions = NO_PREVIEW

    @property
    def inline_keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons under the message, if they are of the kind that an edited message may have."""
        return self.reply_markup if isinstance(self.reply_markup, InlineKeyboardMarkup) else None

    def plain(self) -> "Rendered":
        """The same without formatting: what can be sent if Telegram refuses the entities."""
        return replace(self, entities=[])

    def bare(self) -> "Rendered":
        """Nothing but the text: what is left to try if Telegram refuses that too."""
        return replace(self, entities=[], reply_markup=None, link_preview=NO_PREVIEW)


class Draft:
    """Collects pieces of a message. `size` is the length so far, in UTF-16 units."""

    def __init__(self) -> None:
        self._text = ""
        self._spans: list[Span] = []
        self.size = 0

    def add(self, text: str, *kinds: str, url: str | None = None, spans: Iterable[Span] = ()) -> "Draft":
        """Append text; all of it in the `kinds` of formatting and linked to `url`, parts of it as `spans` say."""
        if not text:
            return self
        start, end = len(self._text), len(self._text) + len(text)
        if url is not None:
            self._spans.append(Span(start, end, "text_link", {"url": url}))
        self._spans += [Span(start, end, kind) for kind in kinds]
        self._spans += [Span(start + span.start, start + span.end, span.type, span.details) for span in spans]
        self._text += text
        self.size += units(text)
        return self

    def add_time(self, moment: datetime, l10n: Translator) -> "Draft":
        """Append a moment: Telegram shows it in the zone of the reader's device, an older client as `l10n` writes it."""
        return self._add_moment(moment, l10n.moment(moment), "dt")

    def add_hour(self, moment: datetime, l10n: Translator) -> "Draft":
        """Append the time of day of a moment, likewise."""
        return self._add_moment(moment, l10n.hour(moment), "t")

    def _add_moment(self, moment: datetime, text: str, form: str) -> "Draft":
        details = {"unix_time": int(moment.timestamp()), "date_time_format": form}
        return self.add(text, spans=[Span(0, len(text), "date_time", details)])

    def add_draft(self, other: "Draft") -> "Draft":
        """Append everything of another draft."""
        return self.add(other._text, spans=other._spans)

    def add_lines(self, lines: Iterable["Draft"], left_out: Callable[[int], str]) -> "Draft":
        """Append as many lines as fit, and then what `left_out` says of how many do not."""
        waiting = list(lines)
        for shown, line in enumerate(waiting):
            if self.size + line.size + 1 > LIMIT - RESERVE or self.marks + line.marks > MOST_ENTITIES:
                return self.add("\n").add(left_out(len(waiting) - shown))
            self.add("\n").add_draft(line)
        return self

    def shortened(self, limit: int) -> "Draft":
        """As much of it as fits into `limit` UTF-16 units, cut after a word and marked with an ellipsis if anything is missing."""
        if self.size <= limit:
            return self
        end = cut(self._text, limit - units(" …"))
        return Draft().add(self._text[:end], spans=clip(self._spans, 0, end)).add(" …")

    @property
    def marks(self) -> int:
        """How many stretches of formatting it has."""
        return len(self._spans)

    def pieces(self, kind: str) -> list[tuple[str, bool]]:
        """The text in stretches: (text, whether it is formatted so); other formatting is left out."""
        marked = bytearray(len(self._text))
        for span in self._spans:
            if span.type == kind:
                marked[max(0, span.start) : span.end] = b"\1" * (min(span.end, len(self._text)) - max(0, span.start))
        runs = groupby(zip(self._text, marked, strict=True), key=lambda pair: pair[1])
        return [("".join(sign for sign, _ in run), bool(is_marked)) for is_marked, run in runs]

    def render(
        self,
        reply_markup: InlineKeyboardMarkup | ReplyKeyboardMarkup | ForceReply | None = None,
        link_preview: LinkPreviewOptions = NO_PREVIEW,
    ) -> Rendered:
        """The message as it stands. Telegram trims it, so surrounding space goes before offsets are counted.

        Of more formatting than Telegram takes the middle goes: at the end stands the way to the post.
        """
        start = len(self._text) - len(self._text.lstrip())
        text = self._text.strip()
        offsets = utf16_offsets(text)
        spans = [span for span in nested(clip(self._spans, start, start + len(text))) if span.start < span.end]
        if len(spans) > MOST_ENTITIES:
            spans = spans[: MOST_ENTITIES // 2] + spans[-(MOST_ENTITIES // 2) :]
        return Rendered(text, [_entity(span, offsets) for span in spans], reply_markup, link_preview)


def units(text: str) -> int:
    """The length of the text in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units of the text, cut after a word and marked with an ellipsis if anything is missing."""
    return text if units(text) <= limit else text[: cut(text, limit - 1)] + "…"


def cut(text: str, limit: int) -> int:
    """How many characters fit into `limit` UTF-16 units, back to the end of a word unless that wastes half, or of a sign."""
    fitting = bisect_right(utf16_offsets(text[: limit + 1]), limit) - 1
    if fitting == len(text):
        return fitting
    last_space = max(text.rfind(" ", 0, fitting + 1), text.rfind("\n", 0, fitting + 1))
    return len(text[: last_space if last_space > fitting // 2 else boundary(text, fitting)].rstrip())


def _entity(span: Span, offsets: list[int]) -> MessageEntity:
    start = offsets[span.start]
    return MessageEntity(type=span.type, offset=start, length=offsets[span.end] - start, **span.details)
