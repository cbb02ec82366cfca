"""What a plan says: text in, values out. Pure: no files, no network, no framework."""
