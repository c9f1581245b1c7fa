"""Closed complaints with everything that belongs to them: complete, sealed in a chain, provable later (chapter 10)."""
