"""The channel of WhatsApp numbers; see README.md."""
