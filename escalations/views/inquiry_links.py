"""The page behind a link: one question, no account, no script. Whatever is over looks alike."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.addresses import client_address
from accounts.errors import RuleViolation
from escalations.forms.inquiry import AnswerForm
from escalations.inquiry_reads import with_clocks
from escalations.models import InquiryLink
from escalations.refusals import InvalidInput
from escalations.services.inquiry_answers import answer_by_link
from escalations.services.inquiry_links import (
    WINDOW,
    LinkIsOver,
    is_too_often,
    note_opening,
    usable_link,
)
from escalations.views.inquiries import said_in


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
@sensitive_variables("token")
def link(request, token):
    """Show the question and take the one answer."""
    if is_too_often(token, address=client_address(request)):
        response = _page(request, "escalations/inquiry_link_wait.html", status=429)
        response["Retry-After"] = str(WINDOW)
        return response
    try:
        found = usable_link(token, at=timezone.now())
    except LinkIsOver:
        return _over(request)
    if request.method == "POST":
        return _answered(request, token, found)
    note_opening(found, at=timezone.now())
    return _asked(request, found, AnswerForm(inquiry=found.inquiry, by_link=True))


@never_cache
@require_safe
def answered(request):
    """Thanks, for whoever has answered; it says nothing of what."""
    return _page(request, "escalations/inquiry_link_done.html")


def _answered(request, token: str, found: InquiryLink):
    form = AnswerForm(request.POST, request.FILES, inquiry=found.inquiry, by_link=True)
    if form.is_valid():
        name = form.cleaned_data["name"]
        try:
            answer_by_link(token, name=name, said=said_in(form), at=timezone.now())
        except LinkIsOver:
            return _over(request)
        except (RuleViolation, InvalidInput) as error:
            form.refuse(error)
        else:
            return redirect("escalations:inquiry_answered")
    return _asked(request, found, form, status=422)


def _asked(request, found: InquiryLink, form: AnswerForm, *, status: int = 200):
    (inquiry,) = with_clocks([found.inquiry])
    context = {"inquiry": inquiry, "form": form, "link": found}
    return _page(request, "escalations/inquiry_link.html", context, status=status)


def _over(request):
    return _page(request, "escalations/inquiry_link_over.html", status=404)


def _page(request, template: str, context: dict | None = None, *, status: int = 200):
    response = render(request, template, context, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
