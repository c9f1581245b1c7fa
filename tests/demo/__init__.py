"""A month of an office in minutes: `python -m tests.demo` (`make demo`)."""
