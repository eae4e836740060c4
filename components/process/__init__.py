"""A process on this machine that a supervisor keeps alive, as a resource of the stack."""
