"""Servers for the models of a stack: llama.cpp for language models, FastAPI for tabular ones."""
