"""Write pictures and movies to files."""
