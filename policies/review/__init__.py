"""From a verdict to what people read: a comment, a page, a few lines in a terminal. Nothing here acts or judges."""
