"""The control interface: what a test, the demo or the page does to the world from outside, over HTTP on loopback.

    Channels
    POST   /control/channels                  {"username", "title", "noforwards"?, "about"?} → {"id"}; username null: private
    POST   /control/posts                     one post or a list of them → {"id"} or {"ids"}: {"channel", "text", "entities"?, "id"?,
                                              "date"?, "grouped_id"?, "media"?: kind or list of kinds, "views"?, "edit_date"?,
                                              "forward"?: {"channel", "id"}, or "fwd_from"?: {"channel_id"?, "message_id"?, …}
    POST   /control/albums                    {"channel", "caption", "photos": how many} → {"ids"}
    PATCH  /control/posts/{channel}/{id}      {"text"?, "entities"?, "views"?, "reactions"?: {emoji: count}}
    DELETE /control/posts/{channel}/{id}
    GET    /control/channels/{channel}/posts  everything that stands, oldest first, and {"deleted": ids that stood once}
    POST   /control/channels/{channel}/ban    {"phone"}: throws an account out and keeps it out
    GET    /control/world                     channels with their newest posts

    People and the bot
    POST   /control/people                    {"name", "username"?, "language_code"?} → {"id"}
    POST   /control/groups                    {"title", "members"?, "admins"?: names, "bot_is_admin"?, "forum"?, "basic"?} → {"id"}
    POST   /control/groups/{id}/promote       {"name"}: a basic group becomes a supergroup → {"id"}
    POST   /control/say                       {"name", "text", "chat"?: id of a group, "thread"?} → the message
    POST   /control/press                     {"name", "message_id", "data", "chat"?} → {"id"}
    POST   /control/inline                    {"name", "query", "offset"?} → {"id"}; GET /control/inline/{id} → its answer or null
    POST   /control/block                     {"name", "blocked"}
    POST   /control/share                     {"name", "channel"}: answers the button that asks for a channel → the message
    GET    /control/chats/{name or id}        {"messages", "keyboard"}; …/messages: the messages alone

    Accounts and what goes wrong
    POST   /control/accounts                  {"phone", "name", "password"?, "premium"?} → {"id"}
    POST   /control/accounts/accept           {"phone", "token"}: scans the QR code `tg://login?token=…`
    POST   /control/accounts/revoke           {"phone"}: ends its sessions
    POST   /control/accounts/cut              {"phone"?}: cuts its connections, or all → {"cut"}
    POST   /control/faults                    {"kind", "method"?, "times"?, "probability"?, …detail}; GET lists, DELETE forgets them
    POST   /control/clock                     {"skew": seconds by which Telegram's clock is ahead}
    POST   /control/limits                    {"on": whether the Bot API limits sending as Telegram does}

    GET    /control/story                     the demo's story: {"channels": […], "events": […]}
    GET    /control/events                    server-sent events: {"event": "post" | "edit" | "delete" | "message" | "edited" | …, …}

Answers are JSON; a mistake is answered 400 with {"error": what to do}.
"""

from sandbox.control.server import Control

__all__ = ["Control"]
