"""What is built: one folder an entity, one file a target."""
