"""Typed settings from the environment and typed business rules from support.yaml."""
