"""What CRM does that touches several models."""
