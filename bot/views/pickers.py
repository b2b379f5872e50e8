"""Which channels and languages a topic is kept to: a button each, marked where it is chosen."""

from collections.abc import Sequence

from bot.i18n import Translator
from bot.topic_callbacks import OpenTopic, PickChannels, SetChannel, SetLanguage
from bot.views.buttons import WHOLE_LIMIT, button, choice, keyboard, page_of, pairs
from bot.views.draft import Draft, Rendered, shorten
from bot.views.tongues import tongue
from monitor.models import Channel, Subscription


def channel_picker(subscription: Subscription, watched: Sequence[Channel], number: int, l10n: Translator) -> Rendered:
    """Page `number` of the watched channels, those chosen marked."""
    topic, chosen = subscription.topic_id, set(subscription.channels or ())
    shown, number, pages = page_of(watched, number)
    every = choice(l10n("filter-channel-any"), SetChannel(topic=topic, channel=0, on=True, number=number), not chosen)
    rows = [[every]]
    for channel in shown:
        here = str(channel.id) in chosen
        data = SetChannel(topic=topic, channel=channel.id, on=not here, number=number)
        rows.append([choice(shorten(channel.title, WHOLE_LIMIT), data, here)])
    around = [(number - 1, "◀"), (number + 1, "▶")]
    rows.append([button(sign, PickChannels(topic=topic, number=to)) for to, sign in around if 1 <= to <= pages])
    markup = keyboard([*rows, [button(l10n("back"), OpenTopic(topic=topic))]])
    return Draft().add(l10n("topic-which-channels")).render(reply_markup=markup)


def language_picker(subscription: Subscription, codes: Sequence[str], l10n: Translator) -> Rendered:
    """The languages that posts are in, two in a row, those chosen marked."""
    topic, chosen = subscription.topic_id, set(subscription.languages or ())
    every = choice(l10n("filter-language-any"), SetLanguage(topic=topic), not chosen)
    offered = list(dict.fromkeys([*codes, *sorted(chosen)]))
    each = [
        choice(tongue(code), SetLanguage(topic=topic, code=code, on=code not in chosen), code in chosen)
        for code in offered
    ]
    markup = keyboard([[every], *pairs(each), [button(l10n("back"), OpenTopic(topic=topic))]])
    return Draft().add(l10n("topic-which-languages")).render(reply_markup=markup)
