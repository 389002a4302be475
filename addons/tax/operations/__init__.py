"""What tax does with records: taxes as they are on a day, and what documents come to."""
