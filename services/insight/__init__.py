"""Insight: the read model of everything: each complaint's story, the queues, the counts, the search, what changes."""
