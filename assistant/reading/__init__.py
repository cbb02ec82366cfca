"""Files to plain text that remembers where it came from; one file a format."""
