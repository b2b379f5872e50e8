"""The pictures of a post, and whether they follow its alert."""

from bot.callbacks import ShowPictures
from bot.i18n import Translator
from bot.views.buttons import choice, keyboard
from bot.views.draft import Draft, Rendered, shorten
from bot.views.links import channel_link, post_link
from monitor.models import Channel, Post

TITLE_LIMIT = 128  # UTF-16 units; a caption takes 1,024


def pictures(post: Post, channel: Channel, l10n: Translator) -> Rendered:
    """What stands under the pictures: whose they are, and the way to the post."""
    draft = Draft().add("🖼 ").add(shorten(channel.title, TITLE_LIMIT), "bold", url=channel_link(channel))
    draft.add(" · ").add(l10n("alert-open"), url=post_link(channel, post.message_id))
    return draft.render()


def showing(always: bool, l10n: Translator) -> Rendered:
    """Whether pictures follow the alerts, with a button for either."""
    said = Draft().add(l10n("pictures-always" if always else "pictures-asked"))
    follow = choice(l10n("pictures-button-always"), ShowPictures(on=True), always)
    ask = choice(l10n("pictures-button-asked"), ShowPictures(on=False), not always)
    return said.render(keyboard([[follow], [ask]]))
