"""Calendars and on-call plans from outside, as iCal feeds (RFC 5545)."""
