"""The prediction log: what was asked of which version, how it went, and what people thought of it."""
