"""What somebody has in hand, for pages of other apps."""

from django import template

from helpdesk.services.handing_back import held_by

register = template.Library()


@register.simple_tag
def tickets_held_by(person) -> int:
    """Count the unsolved tickets somebody has."""
    return held_by(person).count()
