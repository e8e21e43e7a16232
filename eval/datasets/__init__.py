"""Cases with what is known of their answers, the corpora they are over, and fingerprints of both."""
