"""Try a policy on what happened: traces of cases, their replay, and what differs."""
