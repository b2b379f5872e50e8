"""A loopback Telegram: an MTProto server, an HTTP Bot API and a page to chat on, over one shared world."""
