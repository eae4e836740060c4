"""The web page of a gateway: its markup, style and script."""
