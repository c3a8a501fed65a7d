"""The catalogue: categories, models, products and their offers; how they are found, ranked and shown."""
