"""The Pulumi engine: found or built by set-up, run by one class."""
