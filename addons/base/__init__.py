"""Companies, users and roles, contacts, countries and currencies: what every other addon leans on."""
