"""Letters and what is told to complainants: replies, result notices, extensions, satisfaction, disputes."""
