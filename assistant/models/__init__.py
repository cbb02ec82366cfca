"""Language models: where they are, how they are spoken to, and what can go wrong with them."""
