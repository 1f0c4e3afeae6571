"""Northvane Kitchen: the company, customers and conversations a new installation can show."""
