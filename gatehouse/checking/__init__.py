"""Runs the gates that a change needs, side by side, and writes down the verdict."""
