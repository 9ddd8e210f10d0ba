"""Every verb of the desk. Keys, tooltips, the command bar and the help all come from here."""
