"""The plan: what the real engine's preview would do."""
