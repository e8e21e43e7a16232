"""Dataset, solver and scorers put together: asking, searching, searching in the layout of BEIR, robustness."""
