"""An office filled for measuring at size: a few dozen complaints lived through, then copied in bulk."""
