"""Chats on the pages of shops: made by an administrator, who pastes a script tag there."""
