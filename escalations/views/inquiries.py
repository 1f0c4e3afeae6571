"""Inquiries on pages: asking, the questions to us, answering, withdrawing."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.rules import Act, may
from escalations.forms.inquiry import AnswerForm, AskForm, WithdrawForm
from escalations.inquiry_reads import facts_in_words, files_for, inquiries_shown, with_clocks
from escalations.models import Department, Inquiry, InquiryState, InquiryTemplate
from escalations.refusals import InvalidInput
from escalations.services import inquiries as rules
from escalations.services.inquiry_answers import Said, answer, may_answer
from escalations.views.clocks import visible_ticket
from helpdesk.downloads import download
from helpdesk.models import Ticket
from helpdesk.views.listing import back_to
from helpdesk.whole_numbers import whole_number

SHOWN = 100


@login_required
@require_safe
def inbox(request):
    """The questions to one's departments, and those one has asked; open ones first."""
    view = "by_me" if request.GET.get("view") == "by_me" else "to_us"
    mine = Inquiry.objects.visible_to(request.user).with_readability(request.user)
    found = mine.filter(asked_by=request.user) if view == "by_me" else mine.asked_of(request.user)
    found = inquiries_shown(found)
    waiting = with_clocks(list(found.open().order_by("asked_at")[:SHOWN]))
    waiting.sort(key=_by_deadline)
    over = with_clocks(list(found.exclude(state=InquiryState.OPEN).order_by("-ended_at")[:20]))
    context = {
        "view": view,
        "views": {"to_us": _("To us"), "by_me": _("Asked by me")},
        "waiting": waiting,
        "over": over,
        "can_manage": may(request.user, Act.MANAGE_DEPARTMENTS),
    }
    return render(request, "escalations/inquiries.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request, number):
    """Choose who is asked what, then ask."""
    ticket = visible_ticket(request, number)
    if not may(request.user, Act.ASK_DEPARTMENT):
        raise PermissionDenied
    template, department = _chosen(request)
    if department is None:
        departments = Department.objects.order_by("name").prefetch_related("templates")
        context = {"ticket": ticket, "departments": departments, "back": back_to(request, number)}
        return render(request, "escalations/inquiry_choose.html", context)
    form = AskForm(request.POST or None, initial=AskForm.usual(template or InquiryTemplate()))
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _asked(form, ticket, department, template, request):
        messages.success(request, _("Asked. You hear of the answer."))
        return redirect(back_to(request, number))
    context = {
        "ticket": ticket, "department": department, "template": template, "form": form,
        "facts": template.fields if template else [], "back": back_to(request, number),
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "escalations/inquiry_ask.html", context, status=status)


def _by_deadline(inquiry: Inquiry) -> datetime:
    return inquiry.countdown.clock.due_at if inquiry.countdown else inquiry.asked_at


def _chosen(request) -> tuple[InquiryTemplate | None, Department | None]:
    template = whole_number(request.GET.get("template", ""))
    department = whole_number(request.GET.get("department", ""))
    if template is not None:
        templates = InquiryTemplate.objects.filter(is_active=True).select_related("department")
        found = get_object_or_404(templates, pk=template)
        return found, found.department
    if department is not None:
        return None, get_object_or_404(Department, pk=department)
    return None, None


def _asked(form, ticket: Ticket, department, template, request) -> bool:
    given = form.cleaned_data
    wish = rules.Wish(
        given["question"],
        asks_approval=given["asks_approval"],
        is_blocking=given["is_blocking"],
        restriction=given["restriction"],
        seconds=given["hours"] * 3600,
    )
    try:
        rules.ask(
            ticket.pk, department_id=department.pk, template_id=template and template.pk,
            wish=wish, by=request.user, at=timezone.now(),
        )  # fmt: skip
    except (RuleViolation, InvalidInput) as error:
        field = getattr(error, "field", "")
        form.add_error(field if field in form.fields else None, str(error))
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def inquiry(request, pk):
    """One inquiry: what is asked, what was answered; who is asked answers here."""
    found = _visible(request, pk)
    form = None
    if found.state == InquiryState.OPEN and may_answer(found, request.user):
        form = AnswerForm(request.POST or None, request.FILES or None, inquiry=found)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _answered(form, found, request):
            messages.success(request, _("Answered. Thank you."))
            return redirect("escalations:inquiry", pk)
    return _page(request, found, form=form, status=422 if request.method == "POST" else 200)


def _answered(form: AnswerForm, found: Inquiry, request) -> bool:
    try:
        answer(found.pk, said=said_in(form), by=request.user, at=timezone.now())
    except (RuleViolation, InvalidInput) as error:
        form.refuse(error)
        return False
    return True


def said_in(form: AnswerForm) -> Said:
    given = form.cleaned_data
    return Said(
        given.get("decision", ""), form.said(), given.get("text", ""), given.get("files", ())
    )


@login_required
@require_POST
def act(request, pk, verb):
    """Withdraw, remind, make a link, end all links."""
    found = _visible(request, pk)
    said = {"by": request.user, "at": timezone.now()}
    try:
        if verb == "withdraw":
            rules.withdraw(pk, reason=request.POST.get("reason", ""), **said)
        elif verb == "make-link":
            path = reverse("escalations:inquiry_link", args=[rules.give_link(pk, **said)])
            return _page(request, found, made=f"{settings.SITE_URL}{path}")
        elif verb == "revoke-links":
            rules.end_links(pk, **said)
        else:
            rules.remind(pk, **said)
    except RuleViolation as error:
        return _page(request, found, refusal=str(error), status=422)
    messages.success(request, str(DONE[verb]))
    return redirect("escalations:inquiry", pk)


DONE = {
    "withdraw": gettext_lazy("Taken back. They hear of it."),
    "remind": gettext_lazy("Reminded."),
    "revoke-links": gettext_lazy("All links to this question have ended."),
}


def _page(request, found: Inquiry, *, form=None, made="", refusal="", status=200):
    with_clocks([found])
    given = getattr(found, "answer", None)
    sees_ticket = Ticket.objects.visible_to(request.user).filter(pk=found.ticket_id).exists()
    context = {
        "inquiry": found,
        "form": form,
        "given": given,
        "facts": facts_in_words(found) if given else [],
        "sees_ticket": sees_ticket,
        "may_steer": found.state == InquiryState.OPEN and rules.may_steer(found, request.user),
        "withdraw_form": WithdrawForm(),
        "made": made,
        "refusal": refusal,
    }
    return render(request, "escalations/inquiry.html", context, status=status)


def _visible(request, pk: int) -> Inquiry:
    mine = Inquiry.objects.visible_to(request.user).with_readability(request.user)
    return get_object_or_404(inquiries_shown(mine), pk=pk)


@login_required
@require_safe
def file(request, pk):
    """A file of an answer, always to be saved and never to be shown by the browser."""
    return download(get_object_or_404(files_for(request.user), pk=pk))
