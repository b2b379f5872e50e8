"""The HTTP half of the loopback Telegram (core.telegram.org/bots/api)."""
