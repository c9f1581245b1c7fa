"""The eight services. None imports another: they meet in ``shared`` and on the bus."""
