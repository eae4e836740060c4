"""The demonstration: whole pull requests, in a scratch clone, on the real model."""
