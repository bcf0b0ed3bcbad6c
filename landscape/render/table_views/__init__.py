"""Pictures of tables: a file for each, found by its name. `page` makes a figure, `draw_into` draws into Axes."""
