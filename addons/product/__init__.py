"""Goods and services, their categories and units."""
