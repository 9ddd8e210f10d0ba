"""The five service agents, one file each."""
