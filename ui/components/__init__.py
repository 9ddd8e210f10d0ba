"""Parts of pages: markup from entities, nothing that changes anything."""
