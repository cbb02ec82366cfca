"""A question and a library to an `Answer`."""
