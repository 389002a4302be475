"""Leads and opportunities, from first contact until they are won or lost."""
