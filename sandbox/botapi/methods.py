"""Every method that this server knows, by its name in lower case; `getUpdates` is the server's own, since it waits."""

from collections.abc import Callable
from typing import Any

from sandbox.botapi import copies, groups, media, messages, pins, profile, queries, threads, webhook
from sandbox.botapi.call import Call

METHODS: dict[str, Callable[[Call], Any]] = {
    "getme": profile.get_me,
    "setmycommands": profile.set_my_commands,
    "getmycommands": profile.get_my_commands,
    "deletemycommands": profile.delete_my_commands,
    "setmydescription": profile.setter("description"),
    "getmydescription": profile.getter("description"),
    "setmyshortdescription": profile.setter("short_description"),
    "getmyshortdescription": profile.getter("short_description"),
    "setmyname": profile.setter("name"),
    "getmyname": profile.getter("name"),
    "setchatmenubutton": profile.set_chat_menu_button,
    "getchatmenubutton": profile.get_chat_menu_button,
    "sendchataction": profile.send_chat_action,
    "sendmessage": messages.send_message,
    "sendrichmessage": messages.send_rich_message,
    "editmessagetext": messages.edit_message_text,
    "editmessagecaption": messages.edit_message_caption,
    "editmessagereplymarkup": messages.edit_message_reply_markup,
    "editmessagemedia": media.edit_message_media,
    "deletemessage": messages.delete_message,
    "deletemessages": messages.delete_messages,
    "copymessage": copies.copy_message,
    "copymessages": copies.copy_messages,
    "forwardmessage": copies.forward_message,
    "forwardmessages": copies.forward_messages,
    "pinchatmessage": pins.pin_chat_message,
    "unpinchatmessage": pins.unpin_chat_message,
    "unpinallchatmessages": pins.unpin_all_chat_messages,
    "setmessagereaction": messages.set_message_reaction,
    "sendphoto": media.send_photo,
    "sendvideo": media.send_video,
    "senddocument": media.send_document,
    "sendmediagroup": media.send_media_group,
    "getfile": media.get_file,
    "answercallbackquery": queries.answer_callback_query,
    "answerinlinequery": queries.answer_inline_query,
    "getchat": groups.get_chat,
    "getchatmember": groups.get_chat_member,
    "getchatadministrators": groups.get_chat_administrators,
    "getchatmembercount": groups.get_chat_member_count,
    "leavechat": groups.leave_chat,
    "createforumtopic": threads.create_forum_topic,
    "editforumtopic": threads.edit_forum_topic,
    "closeforumtopic": threads.close_forum_topic,
    "reopenforumtopic": threads.reopen_forum_topic,
    "deleteforumtopic": threads.delete_forum_topic,
    "setwebhook": webhook.set_webhook,
    "deletewebhook": webhook.delete_webhook,
    "getwebhookinfo": webhook.get_webhook_info,
}

LIMITED = frozenset(
    name for name in METHODS if name.startswith(("send", "copy", "forward")) and name != "sendchataction"
)
"""Methods that Telegram's limits on sending count."""
