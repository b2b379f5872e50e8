"""The control interface: what a test, the demo or the page does to the world from outside, over HTTP on loopback.

Fields marked ? may be left out. Answers are JSON; a mistake is answered 400 (an unknown address 404) with {"error": what to do}.

Channels ({channel} is a username, an id, or + and the title of a private one)
  POST   /control/channels                  {"username", "title", "noforwards"?, "about"?} → {"id", "invite"}; username null: private
  PATCH  /control/channels/{channel}        {"title"?, "username"?, "noforwards"?}; username null makes it private
  DELETE /control/channels/{channel}        ends it for everybody
  POST   /control/channels/{channel}/ban    {"phone"}: throws an account out and keeps it out; …/unban lets it back
  GET    /control/channels/{channel}/posts  {"posts": all there ever were, with their "versions", "deleted": ids that stand no more}
  GET    /control/world                     channels with their newest posts

Posts
  POST   /control/posts                     one post or a list of them → {"id"} or {"ids"}:
                                            {"channel", "text", "entities"?, "id"?, "date"?, "edit_date"?, "views"?, "reply_to"?,
                                            "grouped_id"?, "media"?: photo, video, file, audio, poll, webpage, or a list of them,
                                            "forward"?: {"channel", "id"}, "fwd_from"?: name or {"channel_id", "message_id", …}}
  POST   /control/albums                    {"channel", "caption", "photos": how many, "date"?} → {"ids"}
  PATCH  /control/posts/{channel}/{id}      {"text"?, "entities"?, "views"?, "reactions"?: {emoji: count}}
  DELETE /control/posts/{channel}/{id}

People and the bot
  POST   /control/people                    {"name", "username"?, "language_code"?} → {"id"}
  POST   /control/say                       {"name", "text", "chat"?: id of a group, "thread"?} → the message
  POST   /control/bots                      {"threads": whether private chats have threads}
  POST   /control/press                     {"name", "message_id", "data", "chat"?} → {"id"}
  POST   /control/inline                    {"name", "query", "offset"?} → {"id"}; GET /control/inline/{id} → its answer or null
  POST   /control/block                     {"name", "blocked"}
  POST   /control/share                     {"name", "channel"}: answers the button that asks for a channel → the message
  GET    /control/chats/{name or id}        {"messages", "keyboard"}; …/messages: the messages alone
  GET    /control/files/{file_id}           a file that the bot has sent
  POST   /control/groups                    {"title", "members"?, "admins"?: names, "bot_is_admin"?, "forum"?, "basic"?} → {"id"}
  POST   /control/groups/{id}/members       {"name": of a person or the bot's username, "by"?, "admin"?, "out"?, "banned"?}
  POST   /control/groups/{id}/promote       {"name": by whom}: a basic group becomes a supergroup → {"id"}
  POST   /control/limits                    {"on": whether the Bot API limits sending as Telegram does}

Accounts that read
  POST   /control/accounts                  {"phone", "name", "password"?, "premium"?, "username"?} → {"id"}; changes one that exists
  GET    /control/accounts                  all, with channels, number of sessions and the login "code" that waits to be typed
  POST   /control/accounts/accept           {"phone", "token"}: scans the QR code `tg://login?token=…`
  POST   /control/accounts/revoke           {"phone", "why"?}: ends its sessions with AUTH_KEY_UNREGISTERED, SESSION_REVOKED,
                                            AUTH_KEY_DUPLICATED, USER_DEACTIVATED or USER_DEACTIVATED_BAN
  POST   /control/accounts/ban              {"phone", "banned"}: Telegram bans it, or pardons it
  POST   /control/accounts/cut              {"phone"?}: cuts its connections, or all → {"cut"}

What goes wrong
  POST   /control/faults                    {"kind", "method"?, "times"? (null: until cleared), "probability"?, …}; MTProto: flood_wait
                                            (seconds), rpc_error (code, message), lost_pushes, late_pushes (seconds),
                                            repeated_pushes and too_long_gap (method is a username),
                                            cut_connection, no_answer, file_reference_expired; Bot API:
                                            too_many_requests (retry_after), server_error (status), timeout_before,
                                            timeout_after (seconds)
  GET    /control/faults                    what waits; DELETE (?kind=…) forgets it
  POST   /control/clock                     {"skew": seconds by which MTProto's clock is ahead}

  GET    /control                           this text
  GET    /control/story                     the demo's story: {"channels": […], "events": […]}
  GET    /control/events                    server-sent events: {"event": post, edit, view, delete, channel, message, …}
"""

from sandbox.control.server import Control

__all__ = ["Control"]
