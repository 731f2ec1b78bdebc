"""Calendars and on-call from outside, behind a port."""
