"""Signing in, passwords and the profile, as a browser meets them."""

import re

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.urls import reverse

from accounts.models import User
from accounts.services.passwords import send_reset_letter
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara():
    user = make_user(email="mara@northvane.example", full_name="Mara Lindqvist")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, password=PASSWORD, email="mara@northvane.example", **extra):
    form = {"username": email, "password": password}
    return client.post(reverse("accounts:login"), form, **extra)


def test_the_right_password_leads_to_the_queue(client, mara):
    response = sign_in(client, email=" Mara@Northvane.example ")

    assert response.status_code == 302
    assert response.url == reverse("helpdesk:queue")


def test_a_wrong_password_says_how_many_tries_are_left(client, mara):
    response = sign_in(client, "wrong")

    assert response.status_code == 422
    assert "E-mail and password do not match. 4 tries left." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_nobody_learns_whether_an_address_has_an_account(client, mara):
    known, unknown = sign_in(client, "wrong"), sign_in(client, "wrong", email="who@mail.example")

    words = re.compile(r"E-mail and password do not match\.")
    assert words.search(known.content.decode())
    assert words.search(unknown.content.decode())


def test_five_wrong_tries_lock_the_pair_of_account_and_address(client, mara):
    answers = [sign_in(client, "wrong") for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 429]
    assert "closed for 15 minutes" in answers[-1].content.decode()
    assert sign_in(client).status_code == 429
    assert sign_in(client, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_somebody_who_was_deactivated_is_not_let_in(client, mara):
    User.objects.filter(pk=mara.pk).update(is_active=False)

    assert sign_in(client).status_code == 422


def test_signing_out_takes_a_post(client, mara):
    client.force_login(mara)

    assert client.get(reverse("accounts:logout")).status_code == 405
    assert client.post(reverse("accounts:logout")).status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["helpdesk:queue", "helpdesk:customers", "accounts:profile"])
def test_pages_ask_strangers_to_sign_in(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


def test_a_forgotten_password_is_set_anew_by_mail_once(client, mara):
    send_reset_letter(mara.pk)
    link = re.search(r"https?://[^/]+(/\S+)", mail.outbox[0].body)[1]

    form_page = client.get(link, follow=True)
    new = {"new_password1": "a longer pass phrase", "new_password2": "a longer pass phrase"}
    done = client.post(form_page.request["PATH_INFO"], new)

    assert done.status_code == 302
    assert sign_in(client, "a longer pass phrase").status_code == 302
    client.logout()
    assert "This link is used up" in client.get(link, follow=True).content.decode()


def test_asking_for_a_reset_says_the_same_for_everybody_and_writes_to_somebody(
    client, mara, django_capture_on_commit_callbacks
):
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.flushdb()

    with django_capture_on_commit_callbacks(execute=True):
        unknown = client.post(reverse("accounts:reset"), {"email": "nobody@mail.example"})
    nobody = queue.llen("default")
    with django_capture_on_commit_callbacks(execute=True):
        known = client.post(reverse("accounts:reset"), {"email": mara.email})

    assert known.url == unknown.url
    assert (nobody, queue.llen("default")) == (0, 1)


def test_the_reset_mail_leads_to_this_site_and_says_that_a_machine_wrote_it(mara):
    send_reset_letter(mara.pk)

    letter = mail.outbox[0]
    assert f"{settings.SITE_URL}/accounts/reset/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_whoever_may_not_sign_in_gets_no_reset_letter(mara):
    mara.is_active = False
    mara.save()

    send_reset_letter(mara.pk)

    assert mail.outbox == []


def test_changing_the_password_needs_the_old_one(client, mara):
    client.force_login(mara)
    new = {"new_password1": "a longer pass phrase", "new_password2": "a longer pass phrase"}

    refused = client.post(reverse("accounts:password"), {"old_password": "wrong", **new})
    accepted = client.post(reverse("accounts:password"), {"old_password": PASSWORD, **new})

    assert refused.status_code == 422
    assert accepted.status_code == 302
    mara.refresh_from_db()
    assert mara.check_password("a longer pass phrase")


def test_the_profile_keeps_name_language_time_zone_and_signature(client, mara):
    client.force_login(mara)
    written = {
        "full_name": "Mara Lind",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "signature": "Kind regards",
    }

    response = client.post(reverse("accounts:profile"), written)

    assert response.status_code == 302
    mara.refresh_from_db()
    assert {name: getattr(mara, name) for name in written} == written


def test_an_impossible_time_zone_is_refused_in_place(client, mara):
    client.force_login(mara)
    written = {"full_name": "Mara", "language": "en", "time_zone": "Mars/Base", "signature": "x"}

    response = client.post(reverse("accounts:profile"), written)

    assert response.status_code == 422
    assert "Mars/Base is not one of the available choices" in response.content.decode()
    mara.refresh_from_db()
    assert mara.signature == ""
