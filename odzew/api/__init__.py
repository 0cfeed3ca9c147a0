"""What other programs may ask and do: /api/v1/, by tokens with scopes (docs/api.md).

Whatever a token sees and does is what its person may see and do: the same queries, the same actions.
"""
