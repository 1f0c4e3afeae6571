"""Steering the world from outside: ``/control/…``; ``docs/sandbox.md`` lists the commands."""
