"""Intake: the public edge. Channels, scope check, registration, numbering; owns the person and the text."""
