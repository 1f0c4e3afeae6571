import pytest

from helpdesk.models import LinkKind, TicketLink, TimelineKind
from helpdesk.services.attachments import Upload
from helpdesk.services.conversation import receive_customer_message
from helpdesk.services.linking import (
    CannotLink,
    CannotSplit,
    follow_ticket,
    link_ticket,
    split_ticket,
    unfollow_ticket,
    unlink_ticket,
)
from tests.factories import MONDAY, customer_writes, make_reply, make_ticket, make_user

pytestmark = pytest.mark.django_db


def test_related_tickets_are_linked_once_whoever_says_it():
    one, two, agent = make_ticket(), make_ticket(), make_user()

    link_ticket(two.pk, to=one.pk, by=agent, at=MONDAY)
    with pytest.raises(CannotLink, match="linked already"):
        link_ticket(one.pk, to=two.pk, by=agent, at=MONDAY)

    assert TicketLink.objects.count() == 1
    for ticket in (one, two):
        assert ticket.timeline.in_order().last().kind == TimelineKind.LINKED


def test_a_ticket_is_not_linked_to_itself():
    ticket = make_ticket()

    with pytest.raises(CannotLink):
        link_ticket(ticket.pk, to=ticket.pk, by=make_user(), at=MONDAY)


def test_a_link_can_be_taken_away_and_the_timeline_keeps_it():
    one, two, agent = make_ticket(), make_ticket(), make_user()
    link = link_ticket(one.pk, to=two.pk, by=agent, at=MONDAY)

    unlink_ticket(link.pk, by=agent, at=MONDAY)

    assert not TicketLink.objects.exists()
    kinds = [entry.kind for entry in two.timeline.in_order()]
    assert kinds[-2:] == [TimelineKind.LINKED, TimelineKind.UNLINKED]


def test_splitting_gives_a_message_its_own_ticket_and_leaves_the_original():
    ticket, agent = make_ticket(), make_user()
    photo = Upload(filename="grinder.jpg", content_type="image/jpeg", content=b"jpg")
    message = receive_customer_message(
        ticket.pk,
        customer=ticket.requester,
        text="And the grinder is loud.",
        uploads=[photo],
        at=MONDAY,
    )

    new = split_ticket(
        ticket.pk, message_id=message.pk, subject="Loud grinder", by=agent, at=MONDAY
    )

    copy = new.messages.get()
    assert (new.subject, new.requester, copy.text) == (
        "Loud grinder",
        ticket.requester,
        "And the grinder is loud.",
    )
    assert copy.attachments.get().storage_name == message.attachments.get().storage_name
    assert ticket.messages.count() == 2
    assert TicketLink.objects.get().kind == LinkKind.SPLIT_FROM
    assert ticket.timeline.in_order().last().kind == TimelineKind.SPLIT


def test_only_a_customer_message_of_the_ticket_can_be_split_off():
    ticket, other, agent = make_ticket(), make_ticket(), make_user()
    foreign, ours = customer_writes(other), make_reply(ticket)

    for message in (foreign, ours):
        with pytest.raises(CannotSplit):
            split_ticket(ticket.pk, message_id=message.pk, subject="x", by=agent, at=MONDAY)


def test_following_twice_is_following_and_is_written_once():
    ticket, agent = make_ticket(), make_user()

    for _ in range(2):
        follow_ticket(ticket.pk, by=agent, at=MONDAY)

    assert ticket.followers.get().user == agent
    assert ticket.timeline.filter(kind=TimelineKind.FOLLOWED).count() == 1


def test_not_following_any_more_is_written_once():
    ticket, agent = make_ticket(), make_user()
    follow_ticket(ticket.pk, by=agent, at=MONDAY)

    for _ in range(2):
        unfollow_ticket(ticket.pk, by=agent, at=MONDAY)

    assert not ticket.followers.exists()
    assert ticket.timeline.filter(kind=TimelineKind.UNFOLLOWED).count() == 1
