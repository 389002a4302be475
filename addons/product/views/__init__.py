"""How people see products."""
