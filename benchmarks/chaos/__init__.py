"""Kills the real program again and again, and counts what was lost or done twice.

Run it with: python -m benchmarks.chaos --kills N --seed S --replicas R --db sqlite|postgres --json
"""
