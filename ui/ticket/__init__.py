"""One open ticket: its conversation, what is known of it, and the answer to it."""
