"""Models that answer: litellm behind one retry policy, and scripted, recorded and replayed ones."""
