"""Messages on records, mail out and in, activities, and what people have opted out of."""
