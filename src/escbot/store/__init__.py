"""Tables, transactions and migrations. Rows never leave this package."""
