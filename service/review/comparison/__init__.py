"""Papers side by side: the matrix, its cells, and where papers agree."""
