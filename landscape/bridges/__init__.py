"""Work with other libraries: each bridge is an extra, and is imported where it is used."""
