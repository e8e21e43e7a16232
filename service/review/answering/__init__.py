"""A question answered: short answer, points, or a refusal with the nearest papers."""
