"""Rules around a rule: clipping, decay, averaging, lookahead."""
