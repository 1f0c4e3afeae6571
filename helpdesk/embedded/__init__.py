"""A real PostgreSQL and a real Redis for a checkout, out of two wheels and without Docker.

Nothing here needs Django's settings: this package makes the environment they are read from.
Why it is built this way: docs/decisions/001-embedded-servers.md.
"""
