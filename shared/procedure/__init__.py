"""The clauses, the policy and the duties as data, and their typed reader."""
