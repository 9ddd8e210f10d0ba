"""Read-only views over the engine: queries, snapshots and figures."""
