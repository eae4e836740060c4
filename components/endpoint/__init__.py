"""One model, served in one stack."""
