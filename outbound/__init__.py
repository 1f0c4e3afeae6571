"""The way out of the house: which addresses may be called, and how. Knows nothing of ours."""
