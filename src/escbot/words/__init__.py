"""Every sentence the program says to people, as pure functions of values."""
