"""Pages that compute: recorded surfaces and rules written as JavaScript, and what draws them in a browser."""
