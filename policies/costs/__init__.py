"""What a stack costs: the preview times a dated price book. Offline; an unknown price is unknown, never 0."""
