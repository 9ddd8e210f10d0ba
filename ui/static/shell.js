/* The frame: preferences, notices for this person. */
