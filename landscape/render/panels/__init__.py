"""One part of a picture each: a landscape, curves, a relief."""
