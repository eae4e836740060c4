"""The hands: verbs, the engine, deployment. It decides nothing and imports no component."""
