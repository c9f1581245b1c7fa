"""What a complaint is about: service, topic, nature, kind, level, importance, department, each with its reason."""

import os

# to learn takes one core, not all of them: the office goes on meanwhile (read when numpy is first imported)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
