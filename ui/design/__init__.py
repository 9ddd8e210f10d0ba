"""The design system as data: tokens, colours and their contrast, and the components that the page at /design shows."""
