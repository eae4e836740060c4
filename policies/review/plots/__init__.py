"""Geometry of the report's plots: numbers in, places in a drawing out. The templates only draw."""
