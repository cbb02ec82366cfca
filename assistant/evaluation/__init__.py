"""Eval suites: cases, scorers, runs, comparisons, reports."""
