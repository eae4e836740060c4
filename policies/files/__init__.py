"""The files gate: what stands in models/, prompts/ and stacks/, before anything is run."""
