"""The list of tickets: its rows, views and counts, and the grid that shows them."""
