"""Health check of a container: exits 0 when the service named answers."""

import sys
from urllib.request import urlopen

urlopen(f"http://127.0.0.1:8000/{sys.argv[1]}/health", timeout=2)
