"""Everything that is kept: tables, stores, the unit of work. The only SQL of the engine."""
