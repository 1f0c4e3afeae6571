"""Bulk data for measuring: many tickets of realistic size, written past the services by COPY."""
