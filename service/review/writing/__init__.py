"""One pipeline from sources to judged sentences, and extracts where no model writes."""
