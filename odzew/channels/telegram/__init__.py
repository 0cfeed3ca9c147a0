"""The channel of Telegram bots; see README.md."""
