"""Recourse: the project and the ticket core in one package."""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
