"""Files of messages: folders, .eml, mbox, JSON lines and CSV, read one message at a time."""
