"""Asks models the cases of suites, keeps their answers, and hands what it found to the judge."""
