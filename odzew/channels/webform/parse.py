"""A payload of a form, taken apart; pure."""

from odzew.channels.packed import Damaged, Submission, content, parse

__all__ = ["Damaged", "Submission", "content", "parse"]
