"""The pictures of README and guides, taken from the pages of a running demonstration."""
