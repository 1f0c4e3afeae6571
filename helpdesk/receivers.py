"""What follows from what. One statement each; none relies on another's order."""
