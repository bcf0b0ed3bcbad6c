"""What `docs/build.py` is made of: pages that are generated, how they are shown, and the check of their links."""
