"""What is told of a running service: log lines, metrics, traces. None of it holds what was asked or answered."""
