"""Pure analytics over events and logs."""
