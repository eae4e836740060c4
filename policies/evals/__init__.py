"""Answers in, verdict out: assertions, paired statistics, calibration, the evaluation gate."""
