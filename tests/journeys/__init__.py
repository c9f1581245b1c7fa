"""Journeys: one complaint, one story, through real HTTP, on both carriers; each ends with the one checker."""
