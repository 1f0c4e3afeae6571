"""Measures what Recourse promises about speed. Every part is a command: python -m bench.pages"""
