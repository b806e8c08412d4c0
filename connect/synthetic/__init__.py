"""Invented members: for the demo, for benchmarks, for trying things out. Nobody here is real."""
