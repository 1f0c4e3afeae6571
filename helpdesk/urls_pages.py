"""Addresses of the pages."""

app_name = "helpdesk"
urlpatterns: list = []
