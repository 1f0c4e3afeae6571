"""Addresses of the REST door."""

app_name = "api"
urlpatterns: list = []
