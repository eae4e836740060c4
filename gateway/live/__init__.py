"""What operators look at: how each variant does, computed from the prediction log."""
