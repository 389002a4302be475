"""Taxes: dated rates, and one computation for all documents."""
