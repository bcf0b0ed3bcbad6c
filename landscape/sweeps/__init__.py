"""Run a cross product of settings, starts and seeds, and get a table: `sweep`, its `Table`, its journal, and `tune`."""
