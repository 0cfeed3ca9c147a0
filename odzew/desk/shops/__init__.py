"""Shops that tell us of orders: connected and changed by administrators."""
