"""Each clause of the procedure: how it is met, and the tests that prove it, run now (``make clauses``)."""
