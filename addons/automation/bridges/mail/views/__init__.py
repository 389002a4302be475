"""How people see these actions."""
