"""The pages nobody wants to see say what happened and where to go."""

import pytest
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, server_error

from accounts.models import Role
from tests.factories import make_user


@pytest.mark.django_db
def test_a_page_that_is_not_there(client):
    client.force_login(make_user())

    response = client.get("/tickets/999999/")

    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_not_for_the_role(client):
    client.force_login(make_user(Role.AGENT))

    response = client.get(reverse("helpdesk:quarantine"))

    assert response.status_code == 403
    assert "Your role does not allow this." in response.content.decode()


@pytest.mark.django_db
def test_a_form_that_cannot_prove_where_it_comes_from():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())

    response = client.post(reverse("accounts:logout"))

    assert response.status_code == 403
    assert "This page was open too long" in response.content.decode()


@pytest.mark.parametrize(("page", "status"), [(server_error, 500), (bad_request, 400)])
def test_pages_for_what_broke_need_neither_database_nor_session(page, status):
    request = RequestFactory().get("/")
    arguments = [Exception("broken")] if page is bad_request else []

    response = page(request, *arguments)

    assert response.status_code == status
    assert "<h1>" in response.content.decode()


@pytest.mark.django_db
def test_every_page_forbids_foreign_scripts_styles_and_frames(client):
    response = client.get(reverse("accounts:login"))

    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
