"""The case: who handles it, what is found out, what is decided, what is done about it, and when it is closed."""
