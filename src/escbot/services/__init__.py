"""What the program does: the one writer, the ticker, delivery, the directory."""
