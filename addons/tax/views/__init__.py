"""How people see taxes."""
