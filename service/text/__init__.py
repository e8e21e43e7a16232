"""Plain text: normal forms, sentences and search terms. Pure functions, no I/O."""
