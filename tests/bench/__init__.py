"""Benchmarks: each figure beside the aim, and beside a reference measured in the same run."""
