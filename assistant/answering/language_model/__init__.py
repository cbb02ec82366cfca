"""A language model words what the plans say. It may word it; every figure, marker and quotation passes the number lock."""
