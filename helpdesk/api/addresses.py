"""Addresses of the REST door from tables of names."""

from collections.abc import Mapping

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import GenericViewSet

Table = Mapping[str, tuple[str, type[GenericViewSet]]]


def addresses_of(resources: Table) -> list[URLPattern]:
    """Return the addresses of resources and their acts: base name → (prefix, view set)."""
    router = SimpleRouter(use_regex_path=False)
    for name, (prefix, viewset) in resources.items():
        router.register(prefix, viewset, basename=name)
    return router.urls


def addresses_of_lists(lists: Table) -> list[URLPattern]:
    """Return the addresses of lists that belong to something: name → (address, view set)."""
    return [
        path(f"{address}/", viewset.as_view({"get": "list"}), name=name)
        for name, (address, viewset) in lists.items()
    ]
