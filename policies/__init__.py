"""The judge: evidence in, verdict out. It acts on nothing and imports no component."""
