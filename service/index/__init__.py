"""Embedding, chunking, the two derived indexes (meaning, words), and retrieval over them."""
