"""Pure decisions on frozen values. Standard library only; no clock, no I/O, no prose."""
