"""One module a verb; each holds a click command called `command`."""
