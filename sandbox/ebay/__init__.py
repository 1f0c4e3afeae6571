"""Not spoken yet."""
