"""Valleys: long, curved or sharp, along which descent crawls."""
