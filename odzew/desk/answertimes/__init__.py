"""Answer times by team, channel and kind of debt: a table a lead or an administrator keeps."""
