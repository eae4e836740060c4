"""Names, labels and type tokens: what every component agrees on. A leaf; it imports no sibling."""
