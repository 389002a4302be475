"""How people see mail."""
