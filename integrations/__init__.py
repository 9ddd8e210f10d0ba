"""Channels and vendors, one folder each, and the REST API."""
