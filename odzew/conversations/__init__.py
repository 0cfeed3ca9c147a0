"""One matter with one customer, over any number of channels."""
