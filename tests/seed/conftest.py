"""The seed's test takes minutes on a busy machine: it is run on request, with REDRESS_SEED=1."""

import os

collect_ignore = [] if os.environ.get("REDRESS_SEED") else ["test_seed.py"]
