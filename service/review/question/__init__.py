"""A question as data: names, aspects, sides, filters said in words; from words, or from a model."""
