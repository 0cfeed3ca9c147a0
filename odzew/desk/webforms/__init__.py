"""Web forms: the request types customers fill in, made by an administrator."""
