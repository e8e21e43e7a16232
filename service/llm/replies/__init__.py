"""Replies read and validated: JSON found in text, forms, one repair."""
