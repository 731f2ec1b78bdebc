"""The nine intake questions' answers → a first policy and roster, each line with its reason."""
