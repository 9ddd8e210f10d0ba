"""The command line, one file a command. They compose the engine with real parts and keep `main.py` small."""
