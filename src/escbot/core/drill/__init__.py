"""Practice cases: the script of a drill, who plays in it, its customer, and its score."""
