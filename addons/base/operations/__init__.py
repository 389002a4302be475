"""What base does that touches several models: log-in, passwords, keys, roles."""
