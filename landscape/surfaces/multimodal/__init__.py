"""Many minima: where a descent starts decides where it ends."""
