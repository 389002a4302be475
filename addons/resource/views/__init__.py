"""How people see calendars."""
