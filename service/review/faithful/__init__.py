"""What a sentence says against what its quotes say: figures, names, negations, directions, sides, hedges, words.

Each file looks for one kind of fault and names it; `service.review.judgement` puts them together.
"""
