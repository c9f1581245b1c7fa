"""What a complaint is about: service, topic, nature, kind, level, importance, department, each with its reason."""
