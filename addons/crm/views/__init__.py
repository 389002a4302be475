"""How people see CRM."""
