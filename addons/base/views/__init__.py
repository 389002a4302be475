"""How people see contacts, users and the settings."""
