"""The grammar of models, prompts, suites and stacks: types, one loader, what a change touches."""
