"""The pages that live: each is built once for a browser and then patched."""
