"""The manual inside the product: docs/*.md, as they ship with it, and the keys."""
