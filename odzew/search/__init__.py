"""Search: any word of any message, in whichever form it was written; docs/search.md."""
