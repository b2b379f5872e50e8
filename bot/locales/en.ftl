language-name = English

start = 👁 Dozor watches public Telegram channels for you and writes as soon as there is a post that you wait for.
start-topics = Or begin with a topic:
start-own =
    Write what you wait for in your own words, such as: embassy Baku

    Ask about everything that was ever posted:
    /search Baku embassy

    All commands: /help
start-all = 📚 All topics
help =
    /subscribe WORDS – tell me about posts with these words
    /unsubscribe – stop that
    /subscriptions – what you are told of
    /feed – read a topic in a feed reader
    /topics – your topics, and public ones to choose from
    /search WORDS – find posts, newest first
    /last @channel – the newest posts of a channel
    /stats WORDS – draw how much is posted about it
    /trends – words that rise against their usual level
    /export WORDS – the posts as a file
    /story – in answer to an alert or a digest: who told the same; /stories – one message a story, or every post
    /pictures – pictures that a preview does not show: with every alert, or when asked
    /quiet, /snooze – when I am to be quiet; /digest – when digests come; /timezone
    /channels – which channels are watched
    /language – English, русский …
    /export_my_data, /delete_my_data – what I keep about you

    Words are found in any form and any order. "A phrase" keeps its order, a | b means either, -word means without, arrest* is how a word begins. More: /help query
help-group =
    { help }

    /editors – who beside its admins changes what this group is told of
help-admin =
    { help }

    /watch @channel – watch a channel; /watch @channel 30d brings its old posts into the archive too
    /unwatch @channel – stop watching it
    /admin – how everything is doing; /broadcast TEXT – write to everybody
    /invite 10 7d – a link that lets ten people in; /invites – all links
    /publish – make a public topic
hint = I read words alone. Write what you wait for, such as: embassy Baku. All commands: /help
edited = I have acted on this message as it was. To change something, please write it anew.
button-outdated = This button is from an older version of mine. Your topics: /topics
unknown-command = I do not know this command. All commands: /help

query-help-title = How to write a query
query-help =
    embassy Baku — both words, in any form and order
    strike | protest — either of them
    strike -football — the first without the second
    (strike | protest) railway — brackets group
    "central bank" — these words side by side
    "bank rate"~2 — with up to two words between
    =Apple — exactly this form
    arrest* — how a word begins, three letters at least
    ~Ibrahimov — a name in any spelling and alphabet
    #election — a tag; @name and $TICKER likewise
    example.org — a link, t.me/… too
    /rate\s+\d+/ — a regular expression
    earthquake from:@news — in one channel; -from:@news is all others
    earthquake lang:en — in one language
    earthquake has:photo — with a photo; or video, file, link, poll
    earthquake -is:forward — what is no forward; is:edited
query-help-end = In a search alone: after:2025-07-01, before:2025-08-01, last:7d (12h, 2w).

subscribe-usage =
    Write what you wait for after the command, like this:
    /subscribe Baku embassy
subscribed = 🔔 Subscribed: { $topic }
subscribed-already = You are subscribed to this already: { $topic }
subscriptions-none = You have no subscriptions. Make one with /subscribe and the words you wait for.
unsubscribe-choose = Which subscription shall I end?

topics-mine = 🔔 You are told of:
topics-mine-none = Nothing yet. Write what you wait for, or take a public topic.
topics-public = 📣 Public topics:
topics-public-none = There are none yet. Write what you wait for, and it becomes a topic of your own.
topics-found =
    { $count ->
        [0] 🔍 No topic has these words: { $words }
        [one] 🔍 { $count } topic: { $words }
       *[other] 🔍 { $count } topics: { $words }
    }
tab-mine = 🔔 Mine
tab-public = 📣 Public
topics-find = 🔍 Find
topics-publish = ➕ Public topic
topics-back = ◀ My topics
topics-others = ◀ Public topics
topic-ended = 🗑 I no longer tell you of: { $topic }
topic-removed = 🗑 Taken away from everybody: { $topic }
topic-restored = ✅ Brought back to everybody who had it.
topic-published = ✅ Published: everybody can take this topic now.
topic-saved = ✅ Saved.
topic-copied = ✅ Copied: this topic is your own.
topic-is-first = ⭐ Shown first from now on.
topic-settings = ⚙ Settings
topic-link = Whoever opens this link is told of this topic too:
share-send = 📨 Send the link to a chat
share-copy = 📋 Copy the link
back = ↩ Back
undo = ↩ Undo
never-mind = ✖ Never mind
topic-is-paused = paused
topic-is-muted = muted until
topic-is-urgent = rings in quiet hours too
topic-is-limited =
    { $count ->
        [one] at most { $count } post an hour
       *[other] at most { $count } posts an hour
    }
tells-instant = at once
tells-digest = in a digest
tells-silent = no messages, only kept
mode-instant = At once
mode-digest = Digest
mode-silent = Silent
topic-resume = ▶ Resume
topic-pause = ⏸ Pause
topic-urgent = ❗ Urgent
topic-limit = { $count } / h
topic-channels =
    { $count ->
        [one] { $count } channel
       *[other] { $count } channels
    }
topic-languages =
    { $count ->
        [one] { $count } language
       *[other] { $count } languages
    }
filter-channel-any = All channels
filter-language-any = All languages
topic-which-channels = Of posts in which channels shall I tell you?
topic-which-languages = Of posts in which languages shall I tell you?
topic-often = 📊 How often?
topic-share = 🔗 Share
topic-query = 📝 Query
topic-name = 🏷 Name
topic-copy = 📑 Make a copy of my own
topic-description = 📄 About
topic-first = ⭐ Show first
topic-remove = 🗑 Remove for everybody
topic-end = 🗑 Unsubscribe
proposal-take = 🔔 Subscribe
proposal-narrower = That is a lot. Leave out posts with a word:
proposal-wider = That is little. This finds more:
estimate =
    { $days ->
        [1] In the last day: { $count ->
            [one] { $count } post
           *[other] { $count } posts
        }
       *[other] In the last { $days } days: { $count ->
            [one] { $count } post
           *[other] { $count } posts
        }
    }
estimate-about =
    { $days ->
        [1] In the last day: { $count ->
            [one] about { $count } post
           *[other] about { $count } posts
        }
       *[other] In the last { $days } days: { $count ->
            [one] about { $count } post
           *[other] about { $count } posts
        }
    }
estimate-least = More than { $count } posts a day.
estimate-none =
    { $days ->
        [1] No post in the last day.
       *[other] No post in the last { $days } days.
    }
estimate-day = about { $count } a day
estimate-rare =
    { $days ->
        [one] about one a day
       *[other] about one in { $days } days
    }
ask-name = Send me the new name; an emoji may stand before it. Now it is:
ask-query = Send me the new query. Tap the present one to copy it:
ask-description = Send me in one line what the topic is about.
ask-find = Send me words of a topic's name or query.
ask-publish =
    Send me the public topic in lines: emoji and name, what it is about if you like, and the query, or one for each language:

    🏛 Embassies
    What happens at embassies
    en: embassy | consulate
    ru: посольство | консульство

search-usage =
    Write what you look for after the command, like this:
    /search Baku embassy
search-nothing = Nothing found: { $query }
search-page = page { $number }
search-count = { $count ->
    [one] { $count } post
   *[other] { $count } posts
}
search-count-more = more than { $count } posts
search-further = Nothing so far. Look among older posts?
search-newer = ◀ newer
search-older = older ▶

last-usage =
    Name the channel after the command, like this:
    /last @channel
search-alert = 🔔 Alert me
search-share = ↗ Share
filter-channel-icon = 📢
filter-language-icon = 🌐
filter-period-icon = 📅
filter-period-any = Any time
filter-period-24h = 24 hours
filter-period-7d = 7 days
filter-period-30d = 30 days
filter-period-365d = A year
filter-media-icon = 🖼
filter-media-any = All posts
filter-media-photo = With media
filter-media-file = With a file
filter-media-link = With a link
filter-media-poll = With a poll
inline-hint = Write what to look for
inline-all = All posts in the chat with the bot
inline-nothing = Nothing found. Ask in the chat with the bot

feed-choose = Which topic do you want to read as a feed?
feed-none = There is no link to this topic's feed yet. Whoever has the link can read it.
feed-link = Keep this link to yourself: whoever has it can read the feed.
feed-make = 🔗 Make a link
feed-renew = 🔄 New link
feed-revoke = 🗑 Revoke

stats-usage =
    Write a topic's name or a query after the command, and I draw how much was posted about it:
    /stats Baku embassy
stats-others = other channels
stats-cut = Only the newest posts are counted.
stats-24h = 24 h
stats-7d = 7 d
stats-30d = 30 d
stats-light = ☀️ Light picture
stats-dark = 🌙 Dark picture

export-usage =
    Write what you look for after the command, and I send the posts as a file:
    /export Baku embassy last:30d
export-choose = As which kind of file?
export-progress = { $done } of { $count ->
    [one] { $count } post
   *[other] { $count } posts
}
export-cut = Only the newest posts are in it. Narrow the question, by last:30d for example.
export-interrupted = I was stopped before the file was complete. Please ask again: /export

trends-title = What rises in the last day
trends-times = { $times }× the usual
trends-none = Nothing rises against its usual level in the last day.
trends-unknown = I need a few days of posts to know what is usual. Please ask again later.
notice-spike = ⚡ { $topic }: { $count ->
    [one] { $count } post
   *[other] { $count } posts
} in the last hour, { $times }× the usual.

translate = 🌐 Translate
translating = 🌐 Translating…
translation-from = translated from: { $language }
translation_late = 🌐 The translation takes too long. Please try again later.
pictures-button = 🖼 Pictures
pictures-coming = 🖼 The pictures are on their way…
pictures_late = 🖼 The pictures take too long. Please try again later.
pictures_none = 🖼 The pictures of this post cannot be had. Its link leads to them.
pictures-always = 🖼 Pictures and videos that the preview of a post does not show follow its alert.
pictures-asked = 🖼 Pictures and videos that the preview of a post does not show come when you press the button under its alert.
pictures-button-always = Always send them
pictures-button-asked = Only when asked

channels-title = { $count ->
    [one] { $count } channel is watched:
   *[other] { $count } channels are watched:
}
channels-none = No channel is watched yet.
list-more = … and { $count } more

language-choose = Which language shall I speak?
language-chosen = I speak English now.

channel-pick = 📢 Pick a channel
watch-which = Which channel shall I watch? Pick it, or write /watch @channel (with its posts of the last month: /watch @channel 30d)
unwatch-which = Which channel shall I leave? Pick it, or write /unwatch @channel
wish-usage = Name the channel after the command: /{ $command } @channel
watch-requested = ⏳ I am joining { $channel } and will tell you when it is done.
unwatch-requested = ⏳ I am leaving { $channel } and will tell you when it is done.

alert-open = Open the post
alert-edited = edited
alert-forward = forwarded
alert-forward-of = forwarded from { $origin }
alert-again = sent again, since Telegram did not confirm it
joined-title = { $count ->
    [one] { $count } new post
   *[other] { $count } new posts
}
alert-album = { $count ->
    [one] album of { $count }
   *[other] album of { $count }
}
media-photo = 🖼 photo
media-video = 🎞 video
media-file = 📎 file
media-poll = 📊 poll

error-unexpected = Something went wrong on my side. It was written down; please try again later.
error-access_closed = This bot lets people in one by one. Ask its admins: /join
error-admins_only = Only the admins of this bot may do this.
error-search_gone = I no longer remember this search. Ask again with /search.
error-unknown_channel = I do not watch a channel of this name: { $name }. See /channels.
error-too_many_subscriptions = One chat may hold { $limit } subscriptions. End one with /unsubscribe first.
error-topic_gone = This topic is no longer there. Your topics: /topics
error-unknown_feed = There is no feed at this link.
error-not_subscribed = This chat is not subscribed to such a topic. See /subscriptions.
error-feeds_off = This bot serves no feeds; its admin can switch them on.
error-http_port = The web server cannot listen at { $host }:{ $port }.
error-topic_changed = Somebody has changed this topic meanwhile. Look at it again: /topics
error-same_query = You have a topic with this query already: { $name }
error-not_yours = Only who made a topic may change it. Make a copy of your own.
error-empty_name = A topic needs a name of at least one letter.
error-incomplete_topic = Send the name in the first line and the query in the last, with a description between them at most.
error-group_admins_only = Only the admins of this group, and editors whom they name by /editors, change what it is told of.
error-busy = I am still making the last one for this chat. Please wait for it.
error-chart = The picture could not be drawn. Please try again later.
error-export_too_large = The file is larger than a bot may send. Narrow the question, by last:30d for example.
error-translation_off = Posts cannot be translated at the moment.
error-pictures_off = The pictures of this post cannot be fetched: its channel protects them, or nobody reads it at the moment.
error-post_gone = This post is no longer there.
error-settings = The configuration cannot be used.
error-database_url = The database url must begin with sqlite:/// or postgresql://.
error-database_unreachable = The database cannot be opened.
error-database_full = I cannot write anything down now: the disk is full. The admins have to make room; what you saw before is safe.
error-database_read_only = I cannot write anything down now: the database can only be read. The admins have to look at it.
error-telegram_unreachable = Telegram cannot be reached.
error-newer_schema = The database has schema { $version }, which a newer version of this program made; this one knows schemas up to { $newest }. Upgrade the program.
error-upgrade_ended = The change of the database was broken off: start again.
error-older_processes =
    { $count ->
        [one] One process of an older version is at work, which could not go on with the new database. Stop it first, then start again.
       *[other] { $count } processes of an older version are at work, which could not go on with the new database. Stop them first, then start again.
    }
error-schema_held = The database cannot be changed: the transaction of PostgreSQL’s process { $pid } has held a table for { $seconds } s. End it, then start again.
error-not_the_owner = The database is to be changed, which this role of PostgreSQL’s may not do. Run `dozor migrate` as the owner of the database, then start again.
error-newer_index = A newer version of this program has made the index of the archive. Upgrade the program.
error-backup_unwritable = The backup cannot be written there. Make room, or name another file.
error-backup_exists = There is such a file already. Name another one.
error-not_a_backup = The file is no whole backup for this kind of database. Nothing was changed.
error-not_empty = The database is not empty, and nothing is copied over it. Name a new one in the settings.
error-unfit_source = There is no such SQLite database in the newest schema. Name one, and migrate it first.
error-wrong_target = Copies go from SQLite to PostgreSQL. Name a PostgreSQL database in the settings.
error-bad_line = Line { $line } is not a post.
error-broken_file = The file breaks at byte { $byte }. Every post before that is stored.
error-misfits = { $count } of the file's records cannot be read and were left out. Everything else is stored.
error-not_a_channel_export = The export holds a private chat or a group. Only channels can be imported.
error-not_an_export = This file is no export of Telegram Desktop: no messages were found in it.
error-bad_token = Telegram does not know the token of this bot.
error-api_id_missing = The configuration lacks [telegram] api_id and api_hash.
error-unknown_account = The configuration has no account of this name.
error-session_folder = The folder of the session file cannot be written: { $folder }
error-session_file = This file is no session: { $path }
error-bad_key = The encryption key cannot be read, or is no such key.
error-wrong_key = Encrypted with another key than the one given, or there is none: { $what }
error-public_key = This file is not a public key: { $path }
error-not_signed_in = The Telegram account is not signed in.
error-session_revoked = The session of the Telegram account was ended from elsewhere.
error-account_banned = Telegram has banned the account.
error-wrong_phone = Telegram does not accept this phone number.
error-wrong_code = This is not the code that Telegram sent.
error-wrong_password = This is not the password of the account.
error-login_timeout = The login took too long.
error-too_many_requests = Telegram asks us to wait. Try again later.
error-channel_not_found = There is no channel { $target }.
error-not_a_channel = { $target } is not a channel.
error-channel_private = This channel is private, or the account was banned from it.
error-invite_expired = This invitation is no longer valid.
error-join_requested = The channel lets people in one by one; a request to join was sent.
error-too_many_channels = The account is in as many channels as Telegram allows.

notice-watch_joined = ✅ I am watching { $title } now.
notice-watch_left = ✅ I no longer watch this channel. Its posts stay in the archive.
notice-watch_failed = I could not do that with { $target }. Please try again later.

command-help = What I can do
command-subscribe = Tell me about posts with these words
command-unsubscribe = End a subscription
command-topics = My topics, and those to choose from
command-subscriptions = What I am told of
command-publish = Make a public topic
command-search = Find posts, newest first
command-last = The newest posts of a channel
command-feed = Read a topic as a feed
command-stats = Draw how much is posted about something
command-export = Get found posts as a file
command-trends = Words that rise
command-channels = Which channels are watched
command-language = Choose a language
command-watch = Watch a channel
command-unwatch = Stop watching a channel

bot-description =
    👁 Dozor watches public Telegram channels for you and writes as soon as one of them posts what you wait for.

    Words are found in any form, names in any spelling and alphabet. Everything that was ever posted can be searched.
bot-short-description = Watches public channels for you and tells you of the posts you wait for.

error-query_syntax =
    { $reason ->
        [empty] Write at least one word.
        [too_long] A query may have 1000 characters.
        [too_many_terms] A query may have 64 words.
        [too_deep] Brackets may stand 12 deep.
        [unclosed_quote] Did you forget a closing quote?
        [unclosed_bracket] Did you forget a closing bracket?
        [only_negative] Say what you want, not only what you do not want.
        [short_prefix] A star needs at least three letters before it.
        [bad_regex] This regular expression cannot be used.
        [bad_filter] This filter does not exist or does not know this value.
        [unknown_language] I do not know this language. Write its code, such as lang:en, lang:ru, lang:uk, lang:az or lang:tr.
        [bad_date] Write dates as 2025-07-01 and spans as 12h, 7d or 2w.
        [search_only] after:, before: and last: work in a search, not in a subscription.
       *[unexpected] I do not understand the query.
    } (Character { $position })
query-comma = 💡 A comma does not mean “or”: all these words are wanted. For any of them, write:
error-no_account = The configuration names no Telegram account that could read channels.
error-stage = The demo could not be started.

error-invitation_needed = This bot is for those who were invited. Ask one of its admins for a link.
error-invite_ended = This invitation has ended or was used up. Ask for a new one.
error-invite_terms = Write for how many people and how long the invitation is good: /invite 10 7d (h for hours, d for days, w for weeks).
admission-asked = ⏳ The admins of this bot have been asked. I will write as soon as they decide.
admission-admitted = ✅ You are in.
admission-declined = The admins of this bot did not let you in.
join-asked = 🚪 { $name } asks to be let in.
join-admit = ✅ Let in
join-decline = ✖ Decline
member-admitted = ✅ { $name } was let in.
member-declined = ✖ { $name } was not let in.
member-gone = Nobody asks for this any more.
invite-useless = { $access ->
    [open] Everybody may use this bot: no invitation is needed.
   *[closed] People are let in one by one here: they send /join, and you decide.
}
invite-made = 🎟 Pass this link on:
invite-uses = { $count ->
    [one] for { $count } person
   *[other] for { $count } people
}
invite-until = until
invite-end = ✖ End { $number }
invites-title = Invitations
invites-none = There is no invitation at present. Make one: /invite 10 7d
personal-exported = Everything that I keep about you.
personal-ask = 🗑 Shall I delete everything that I keep about you: topics, subscriptions, searches and what you were told? It cannot be undone. For a copy first: /export_my_data
personal-forget = 🗑 Delete everything
personal-keep = Keep it
personal-forgotten = Everything about you is deleted. /start begins anew.
personal-kept = Nothing was deleted.
private-only = Please write me this in our private chat.
command-export_my_data = A copy of all that is kept about me
command-delete_my_data = Delete all that is kept about me
command-invite = Make a link that lets people in
command-invites = Invitations that are still good
alert-late = late
error-bad_depth = Say how far back you want posts as 12h, 30d or 8w, not as { $depth }: /watch @channel 30d
error-account_in_use = Another process listens with this account already. Stop it first.
error-already_running = Another process does this with the same database already. Stop it first.
error-still_running = Other processes are at work on this database ({ $count }). Stop them first.
error-proxy = A proxy is written as socks5://user:password@host:port, http://host:port or mtproto://secret@host:port.
notice-history_done = 📚 { $count ->
    [0] { $title }: there were no more old posts.
    [one] { $title }: { $count } old post is in the archive now.
   *[other] { $title }: { $count } old posts are in the archive now.
}
notice-history_failed = I could not fetch the old posts of { $title }. Please try again later with /watch.
error-backfill = Telegram did not let the old posts be read.

too-fast = 🐢 Too fast for me: I leave out what comes now. Please wait a minute.
error-webhook = Telegram does not take the address of the webhook.
channel-last = last post
channel-empty = no posts yet
channel-unread = nobody reads it
channel-behind = { $count ->
    [one] { $count } post behind
   *[other] { $count } posts behind
}
channel-muted = muted
channel-unmute = 🔔 Tell me of { $title }
channel-silent = silent
channel-history = old posts are on their way
channel-also = also { $names }
channel-polled = read without being a member
channel-missed = { $count } of { $total } came without a push
notice-channel_silent = 🔇 { $title } has posted nothing for { $hours } hours, which is not like it.
notice-channel_lost = 🚫 { $title } can be read no more: it is private or deleted, or it has banned the accounts. Its posts are kept. It is tried again by itself, less and less often; /watch tries at once.

admin-title = How Dozor is doing
admin-no-accounts = No account listens yet.
admin-account = { $count } of { $room } channels
admin-channels = { $count ->
    [one] { $count } channel is watched.
   *[other] { $count } channels are watched.
} { $orphans ->
    [0] An account is in each of them.
   *[other] No account is in { $orphans } of them.
}
admin-posts = Posts: { $pushed } pushed by Telegram, { $found } fetched because they were not.
admin-queue = Messages: { $due } due, { $later } for later, { $dead } given up.
admin-oldest = The oldest has been due for { $seconds } s.
admin-chats = Chats: { $active } active, { $gone } gone, { $new } new this week.
admin-slow = { $usual } ms, at worst { $worst } ms
admin-refresh = 🔄 Refresh
admin-dead = ✉ Given up
admin-people = 👥 People
admin-log = 📜 Log
admin-back = ◀ Back
letters-title = Messages that were given up
letters-none = No message was given up.
letters-all = ↻ Send all again
letters-alert = alert
letters-notice = sentence
letters-digest = digest
letters-update = edit of an alert
notice-letters_given_up =
    { $count ->
        [one] ✉ A message was given up: /admin shows it and can send it again.
       *[other] ✉ { $count } messages were given up: /admin shows them and can send them again.
    }
people-title = People
people-asking = They ask to be let in:
people-admitted = They were let in:
people-none = Nobody has asked or was invited.
actions-title = What admins did
actions-none = Nothing yet.
action-admitted = let in
action-declined = did not let in
action-invited = made an invitation
action-invite_ended = ended an invitation
action-resent = sent given-up messages again
action-broadcast = wrote to everybody
action-watch = asked to watch
action-unwatch = asked to leave
action-published = published the topic
action-removed = removed the topic
action-restored = brought back the topic
action-put_first = put first the topic
action-renamed = renamed the topic
action-described = changed the description of
action-rewritten = changed the query of
broadcast-usage =
    Write what everybody shall be told after the command, like this:
    /broadcast Tonight I am away for ten minutes.
    Or answer a message with /broadcast alone.
broadcast-preview = This is what everybody would read:
broadcast-send = { $count ->
    [one] 📣 Send to { $count } chat
   *[other] 📣 Send to { $count } chats
}
broadcast-drop = ✖ Drop
broadcast-dropped = Nothing is sent.
broadcast-sent = { $count ->
    [one] 📣 It goes to { $count } chat.
   *[other] 📣 It goes to { $count } chats.
}
error-broadcast_too_long = A word to everybody may have { $limit } characters.
alarm = { $count ->
    [one] ⚠️ Something went wrong: { $what }
   *[other] ⚠️ Something went wrong { $count } times: { $what }
}
    Where: { $where }. The log knows more. I say this at most once an hour.
command-admin = How everything is doing
command-broadcast = Write to everybody

error-too_many_searches = That is { $limit } searches in a minute. Please wait a moment.
since-edited = edited; what is new is underlined, what is gone struck through:
since-unmatched = After an edit this is no longer what you asked for.
since-unmatched-short = no longer matches
since-deleted-minutes =
    { $count ->
        [0] deleted within a minute
        [one] deleted after { $count } minute
       *[other] deleted after { $count } minutes
    }
since-deleted-hours =
    { $count ->
        [one] deleted after { $count } hour
       *[other] deleted after { $count } hours
    }
since-deleted-days =
    { $count ->
        [one] deleted after { $count } day
       *[other] deleted after { $count } days
    }
story-more =
    { $count ->
        [one] { $count } channel
       *[other] { $count } channels
    }
story-first = first: { $channel }
story-button = 🧵 Who told it, and when
story-title =
    { $count ->
        [one] { $count } channel told this
       *[other] { $count } channels told this
    }
story-alone = No other channel has told this:
story-several =
    { $count ->
        [one] { $count } story that other channels told too
       *[other] { $count } stories that other channels told too
    }
story-none = No other channel has told any of this.
story-deleted = deleted
story-related = In other words, perhaps:
story-usage = Answer an alert or a digest with /story, and I will list the channels that told the same, and when.
stories-once = When several channels tell the same, you get one message, and I add the others to it without a sound.
stories-every = You get a message for every post, also when several channels tell the same.
stories-button-once = One message a story
stories-button-every = Every post
command-story = Answer an alert: who told the same, and when
command-stories = One message a story, or every post
command-pictures = Pictures of posts: always, or when asked
error-no_alert = This message is no alert and no digest, or what it told of is no longer kept. Answer an alert or a digest with /story.

group-welcome =
    👁 I tell this group of posts in public channels. Its admins say of which, such as:
    /subscribe Baku embassy

    Topics to choose from: /topics. In a forum each thread has its own.
editors-title = Editors of this group
editors-none = There are none yet beside the admins.
editors-how = An admin names one by answering a message of theirs with /editors.
groups-only = This is for groups: there, editors change what the group is told of.
command-editors = Who may change what this group is told of
alerts-a-day = { $count ->
    [one] ✋ Today I have told you of { $count } post by itself, which is as many as I may.
   *[other] ✋ Today I have told you of { $count } posts one by one, which is as many as I may.
} What else comes today, you get in one message an hour; what is urgent still rings at once. To be told of less: /topics
digest-title = { $count ->
    [one] { $count } post was held for you
   *[other] { $count } posts were held for you
}
digest-usage =
    Topics that /topics sets to “Digest” come together, when you say:
    /digest hourly
    /digest daily 09:00
    /digest weekly mon,thu 09:00
    /digest rich – topics that fold, if your Telegram is new enough; /digest classic
digest-hourly = 📰 Digests come every hour.
digest-daily = 📰 Digests come every day at { $time } ({ $zone }).
digest-weekly = 📰 Digests come at { $time } ({ $zone }) on these days: { $days }.
digest-folds = Topics in digests fold.
digest-next = The next one:
quiet-none =
    I may ring at any time. Name your quiet hours and I hold what comes until they end:
    /quiet 23:00-07:00
quiet-hours =
    Quiet from { $begin } to { $end } ({ $zone }). What comes meanwhile, you get in one message when it ends.
    /quiet off – no more; /timezone – your time zone
snooze-none =
    Nothing is snoozed. To hear nothing for a while:
    /snooze 2h
snoozed = 😴 I hold everything until
snooze-end = /snooze off – no more
timezone-is =
    Your time zone is { $zone }; it is { $time } there. Another one, by its name or a city:
    /timezone Baku
hush-hour = 🔕 1 h
hush-day = 🔕 1 d
hush-channel = 🚫 📢
hush-less = 👎 Less
muted-hour = 🔕 { $name }: nothing for an hour. Press again to undo.
muted-day = 🔕 { $name }: nothing for a day. Press again to undo.
muted-channel = 🚫 I tell you no more of { $name }. Press again to undo.
muted-no-more = 🔔 I tell you of { $name } again.
lessened = 👎 { $name }: { $count } posts an hour at most; the rest comes in a digest. Change it in /topics.
lessened-digest = 📰 { $name } comes in digests from now on. Change it in /topics.
lessened-plain = 🌙 { $name } no longer rings in quiet hours. Press again for less, or change it in /topics.
lessened-already = 📰 { $name } comes in digests already. Change it in /topics.
lessened-silent = 🔇 { $name } brings no messages any more. Change it in /topics.
error-bad_hours = I do not understand these hours. Write them like 23:00-07:00 or 23-7; or /quiet off, to have none.
error-bad_span = I do not understand for how long. Write it like 30m, 2h or 7d, which may be 30 days at most; or /snooze off, to end it.
error-bad_schedule = I do not understand when. Write it like /digest hourly, /digest daily 09:00 or /digest weekly mon,thu 09:00. Which topics come in digests, you choose in /topics.
error-unknown_zone = I know no city or time zone of this name: { $name }. Name the nearest large city, or write it like Europe/Kyiv or UTC+4.
command-quiet = Quiet hours
command-snooze = Hear nothing for a while
command-digest = When digests come
command-timezone = Your time zone
notice-thread_gone = 🧵 The thread in which I told you of posts is gone, and I may not make another: for that I need the right to manage topics. From now on I tell you here.
