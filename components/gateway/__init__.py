"""What stands in front of the models of a stack."""
