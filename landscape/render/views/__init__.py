"""The views: one picture of a record each."""
