"""The attainment report: which promises were kept, by whom, and the tickets behind each number."""

import csv
from datetime import date, datetime, time, timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.permissions import require
from accounts.rules import Act
from escalations.attainment import (
    DIMENSIONS,
    OUTCOMES,
    attainment,
    clocks_behind,
    clocks_started,
)
from escalations.countdowns import Countdown
from escalations.models import Metric
from helpdesk.paging import InvalidCursor, Key, page_of

USUAL = timedelta(days=28)
PAGE_SIZE = 100
NEWEST_FIRST = (Key("started_at", is_descending=True), Key("pk", is_descending=True))
BY = {
    "policy": _("Policy"),
    "team": _("Team"),
    "agent": _("Person"),
    "channel": _("Channel"),
}
BECAME = {
    "kept": _("Kept"),
    "missed": _("Missed"),
    "open": _("Still open"),
    "left_out": _("Left out"),
}


class PeriodForm(forms.Form):
    """Dates are those of the reader's time zone; both are in the period."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Up to"), widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.ChoiceField(label=_("By"), choices=list(BY.items()))

    def clean(self):
        found = super().clean()
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", _("The end lies before the beginning."))
        for name, on in (("since", since), ("until", until)):
            if on and not 2000 <= on.year <= 2100:
                self.add_error(name, _("Give a date of the years 2000 to 2100."))
        return found


def asked_for(request, now: datetime) -> PeriodForm:
    today = timezone.localtime(now).date()
    usual = {"since": today - USUAL, "until": today, "by": DIMENSIONS[0]}
    return PeriodForm({name: request.GET.get(name) or value for name, value in usual.items()})


def moments(form: PeriodForm) -> dict:
    def begins(on: date) -> datetime:
        return timezone.make_aware(datetime.combine(on, time()))

    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    return {"since": begins(since), "until": begins(until + timedelta(days=1))}


@login_required
@require_safe
def report(request):
    require(request.user, Act.SEE_SLA)
    now = timezone.now()
    form = asked_for(request, now)
    context = {"place": "attainment", "form": form, "rows": (), "outcomes": BECAME}
    if form.is_valid():
        by = form.cleaned_data["by"]
        context["rows"] = attainment(request.user, **moments(form), by=by, at=now)
        context |= {"by": by, "by_name": BY[by], "period": _query(form)}
    status = 200 if form.is_valid() else 422
    return render(request, "escalations/attainment.html", context, status=status)


@login_required
@require_safe
def table(request):
    """The report as CSV, lengths in seconds."""
    require(request.user, Act.SEE_SLA)
    now = timezone.now()
    form = asked_for(request, now)
    if not form.is_valid():
        return redirect("escalations:attainment")
    by = form.cleaned_data["by"]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="attainment.csv"'
    out = csv.writer(response)
    out.writerow(["metric", by, *OUTCOMES, "share", "low", "high", "median_late", "p90_late",
                  "out_of_hours"])  # fmt: skip
    for row in attainment(request.user, **moments(form), by=by, at=now):
        low, high = row.interval or ("", "")
        name = "(all)" if row.is_total else _harmless(row.name)
        late = [each.total_seconds() if each else "" for each in (row.median_late, row.p90_late)]
        counts = [getattr(row, outcome) for outcome in OUTCOMES]
        share = "" if row.share is None else row.share
        out.writerow([row.metric, name, *counts, share, low, high, *late, row.out_of_hours])
    return response


@login_required
@require_safe
def behind(request):
    """The tickets that a number of the report has counted, newest first."""
    require(request.user, Act.SEE_SLA)
    now = timezone.now()
    form, asked = asked_for(request, now), _narrowed(request)
    if not form.is_valid():
        return redirect("escalations:attainment")
    by = form.cleaned_data["by"]
    clocks = clocks_started(request.user, **moments(form))
    clocks = clocks_behind(clocks, asked=asked, by=by, at=now)
    related = clocks.select_related("ticket__requester", "ticket__assignee", "stopped_by")
    try:
        page = page_of(
            related, keys=NEWEST_FIRST, size=PAGE_SIZE, cursor=request.GET.get("cursor", "")
        )
    except InvalidCursor:
        return redirect("escalations:attainment")
    params = request.GET.copy()
    params.pop("cursor", None)
    context = {
        "place": "attainment",
        "rows": [Countdown(clock, now) for clock in page.rows],
        "page": page,
        "address": params.urlencode(),
        "period": _query(form),
        "metric": Metric(asked["metric"]).label if asked.get("metric") else "",
        "outcome": BECAME.get(asked.get("outcome", ""), ""),
        "since": form.cleaned_data["since"],
        "until": form.cleaned_data["until"],
    }
    return render(request, "escalations/attainment_behind.html", context)


def _narrowed(request) -> dict:
    """What of the report was pressed; what is not known narrows nothing."""
    possible = {"metric": Metric.values, "outcome": OUTCOMES}
    asked = {n: request.GET[n] for n, ok in possible.items() if request.GET.get(n) in ok}
    key = request.GET.get("key")
    if key is not None and len(key) < 19 and (key.isalnum() or not key):
        is_fit = request.GET.get("by") == "channel" or key.isdecimal() or not key
        asked |= {"key": key} if is_fit else {}
    return asked


def _query(form: PeriodForm) -> str:
    cleaned = form.cleaned_data
    return f"since={cleaned['since']}&until={cleaned['until']}&by={cleaned['by']}"


def _harmless(name: str) -> str:
    """A name that a spreadsheet would take for a formula stays a name."""
    return f"'{name}" if name[:1] in "=+-@\t\r" and name else name
