"""A payload of a chat, taken apart; pure."""

from odzew.channels.packed import Damaged, Submission, content, parse

__all__ = ["Damaged", "Submission", "content", "parse"]
