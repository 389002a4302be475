"""Working calendars: hours of the week, days off, public holidays, and what can be reckoned with them."""
