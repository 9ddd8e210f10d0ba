"""The vocabulary of the desk: enums, entities, events, errors and ports. Imports the standard library only."""
