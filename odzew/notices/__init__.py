"""What a person is told of: in the page, by push, in a digest by mail.

`telling.tell` is the one door for whoever has something to tell; the journal is followed, and needs
no door. `follow.step` alone makes notices, in the order of the two.
"""
