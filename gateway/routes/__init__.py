"""The addresses of the gateway that ask no model."""
