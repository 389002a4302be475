"""How administrators see automations and what they did."""
