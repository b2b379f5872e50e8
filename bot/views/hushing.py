"""Buttons that make less of something."""

from bot.callbacks import Lessen, MuteChannel, MuteTopic
from bot.i18n import Translator
from bot.views.buttons import Row, button
from monitor.hushing import Hush
from monitor.models import Channel, Topic


def hushing(topic: Topic, channel: Channel | None, l10n: Translator) -> Row:
    """Less of the topic, and none of the channel, if there is one that all comes from."""
    mute = [button(l10n("hush-channel"), MuteChannel(channel=channel.id))] if channel is not None else []
    return [
        button(l10n("hush-hour"), MuteTopic(topic=topic.id, hush=Hush.HOUR)),
        button(l10n("hush-day"), MuteTopic(topic=topic.id, hush=Hush.DAY)),
        *mute,
        button(l10n("hush-less"), Lessen(topic=topic.id)),
    ]
