"""Plain HTTP: signing in and out, files, surveys."""
