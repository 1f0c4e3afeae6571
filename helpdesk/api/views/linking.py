"""Tickets that belong together, and people who keep an eye on one."""

from django.db.models import Q
from django.utils import timezone
from rest_framework.generics import get_object_or_404

from helpdesk.api.acts import TicketActs, act
from helpdesk.api.serializers import acts as takes
from helpdesk.api.serializers.tickets import FollowerSerializer, TicketLinkSerializer
from helpdesk.api.viewsets import ListViewSet
from helpdesk.models import Ticket, TicketFollower, TicketLink
from helpdesk.services import linking, merging
from helpdesk.services.linking import CannotLink, CannotSplit
from helpdesk.services.merging import CannotMerge


class LinkingActs(TicketActs):
    @act(takes.MergeSerializer, refuses=(CannotMerge,))
    def merge(self, request, pk):
        """Merge the ticket into another; later replies to it arrive there."""
        return self.act_and_show(merging.merge_ticket)

    @act(refuses=(CannotMerge,))
    def unmerge(self, request, pk):
        """Take a merge back: the ticket lives on by itself."""
        return self.act_and_show(merging.unmerge_ticket)

    @act(takes.SplitSerializer, status=201, refuses=(CannotSplit,))
    def split(self, request, pk):
        """Give one message of the customer a ticket of its own, and answer with that."""
        return self.show(self.perform(linking.split_ticket).pk, status=201)

    @act(takes.LinkSerializer, refuses=(CannotLink,))
    def link(self, request, pk):
        """Link the ticket to another."""
        return self.act_and_show(linking.link_ticket)

    @act(takes.UnlinkSerializer)
    def unlink(self, request, pk):
        """Take one of the ticket's links away."""
        links = links_seen(self.get_object(), user=request.user)
        link = get_object_or_404(links, pk=self.facts()["link"])
        linking.unlink_ticket(link.pk, by=request.user, at=timezone.now())
        return self.show(pk)

    @act()
    def follow(self, request, pk):
        """Keep an eye on the ticket. Following twice is following."""
        return self.act_and_show(linking.follow_ticket)

    @act()
    def unfollow(self, request, pk):
        """Stop following the ticket."""
        return self.act_and_show(linking.unfollow_ticket)


class TicketLinks(ListViewSet):
    """The ticket's links to tickets the person may see."""

    queryset = TicketLink.objects.none()
    serializer_class = TicketLinkSerializer

    def get_queryset(self):
        links = links_seen(ticket_of(self), user=self.request.user)
        return links.select_related("source", "target")


class TicketFollowers(ListViewSet):
    """Who keeps an eye on the ticket."""

    queryset = TicketFollower.objects.none()
    serializer_class = FollowerSerializer

    def get_queryset(self):
        return ticket_of(self).followers.select_related("user")


def ticket_of(view) -> Ticket:
    """:raises Http404: for a ticket the person may not see."""
    visible = Ticket.objects.visible_to(view.request.user)
    return get_object_or_404(visible.only("pk"), pk=view.kwargs["ticket"])


def links_seen(ticket: Ticket, *, user):
    visible = Ticket.objects.visible_to(user).values("pk")
    links = TicketLink.objects.filter(Q(source=ticket) | Q(target=ticket))
    return links.filter(source__in=visible, target__in=visible)
