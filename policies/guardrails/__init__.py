"""Rules of the house: plain functions over a resource, judged in the pull request and enforced in the engine."""
