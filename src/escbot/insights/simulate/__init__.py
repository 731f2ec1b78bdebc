"""A year of made-up work: invented arrivals and people, the real decisions."""
