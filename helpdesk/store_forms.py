"""Forms about stores. What is to fill in comes from the marketplace's gateway."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.errors import RuleViolation
from marketplaces.gateways.base import Field, Gateway
from marketplaces.models import Connection, ExchangeOutcome, Marketplace
from marketplaces.services.connections import MAX_NAME, MAX_WHY
from marketplaces.services.entries import MAX_OPTION, MAX_SECRET, plain_fields, secret_fields
from outbound.addresses import MAX_LENGTH

ADDRESS_WORDS = {
    "api": _("Address of the API"),
    "token": _("Address for tokens"),
    "upload": _("Address for uploads"),
}
GROUPS = {"addresses": "address_", "options": "option_", "credentials": "secret_"}


class _GatewayForm(forms.Form):
    """A field of the gateway is called ``address_…``, ``option_…`` or ``secret_…`` here."""

    def facts(self) -> dict[str, dict[str, str]]:
        """Return what the services take, by group; a group the form does not have is left out."""
        found = {
            group: {
                name.removeprefix(prefix): value
                for name, value in self.cleaned_data.items()
                if name.startswith(prefix)
            }
            for group, prefix in GROUPS.items()
        }
        return {group: values for group, values in found.items() if values}

    def show(self, error: RuleViolation) -> None:
        """Put a refusal where it belongs."""
        names = [error.field, *(f"{prefix}{error.field}" for prefix in GROUPS.values())]
        self.add_error(next((name for name in names if name in self.fields), None), str(error))

    def group(self, prefix: str) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(prefix)]

    @property
    def must_say_where(self) -> bool:
        """Test whether a marketplace has no address of its own, as a shop has its own."""
        return any(bound.field.required and not bound.value() for bound in self.addresses)

    @property
    def secrets(self) -> list[forms.BoundField]:
        return self.group("secret_")

    @property
    def plain(self) -> list[forms.BoundField]:
        return self.group("option_")

    @property
    def addresses(self) -> list[forms.BoundField]:
        return self.group("address_")

    def _ask_for_secrets(self, gateway: type[Gateway], *, all_optional: bool = False) -> None:
        for field in secret_fields(gateway):
            # Never filled in again: what was typed is not sent back to the page.
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            self.fields[f"secret_{field.name}"] = forms.CharField(
                label=field.label,
                help_text=field.help,
                required=field.is_required and not all_optional,
                max_length=MAX_SECRET,
                widget=widget,
            )

    def _ask_for_the_rest(self, gateway: type[Gateway], known: Mapping[str, Mapping]) -> None:
        options, addresses = known.get("options", {}), known.get("addresses", {})
        for field in plain_fields(gateway):
            self.fields[f"option_{field.name}"] = _option(field, options.get(field.name))
        for name, own in gateway.addresses.items():
            self.fields[f"address_{name}"] = forms.CharField(
                label=ADDRESS_WORDS.get(name, name),
                required=not own,
                max_length=MAX_LENGTH,
                initial=addresses.get(name, own),
                widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
            )


def _option(field: Field, known: str | None) -> forms.CharField:
    return forms.CharField(
        label=field.label,
        help_text=field.help,
        required=field.is_required and not field.default,
        max_length=MAX_OPTION,
        initial=field.default if known is None else known,
    )


class ConnectForm(_GatewayForm):
    name = forms.CharField(label=_("Name of the store"), max_length=MAX_NAME)
    currency = forms.CharField(
        label=_("Currency"), min_length=3, max_length=3, initial="USD", help_text=_("e.g. EUR")
    )

    def __init__(self, gateway: type[Gateway], data: Any = None):
        super().__init__(data)
        self._ask_for_the_rest(gateway, {})
        self._ask_for_secrets(gateway)

    def clean_currency(self) -> str:
        return self.cleaned_data["currency"].upper()


class ChangeForm(_GatewayForm):
    name = forms.CharField(label=_("Name of the store"), max_length=MAX_NAME)

    def __init__(self, gateway: type[Gateway], connection: Connection, data: Any = None):
        super().__init__(data, initial={"name": connection.store.name})
        known = {"options": connection.options, "addresses": connection.addresses}
        self._ask_for_the_rest(gateway, known)


class CredentialsForm(_GatewayForm):
    def __init__(self, gateway: type[Gateway], data: Any = None):
        super().__init__(data)
        self._ask_for_secrets(gateway, all_optional=True)


class PauseForm(forms.Form):
    why = forms.CharField(label=_("Why"), max_length=MAX_WHY)


class ExchangeFilterForm(forms.Form):
    """``cleaned_data`` is what :func:`marketplaces.selectors.filter_exchanges` takes."""

    outcome = forms.ChoiceField(label=_("How it ended"), required=False)
    operation = forms.ChoiceField(label=_("Operation"), required=False)
    since = forms.DateTimeField(
        label=_("From"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    until = forms.DateTimeField(
        label=_("To"), required=False, widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    correlation = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, operations: list[str], data: Any = None):
        super().__init__(data)
        everything = [("", _("All")), ("wrong", _("Went wrong"))]
        self.fields["outcome"].choices = [*everything, *ExchangeOutcome.choices]
        self.fields["operation"].choices = [("", _("All")), *((name, name) for name in operations)]


def kinds_to_connect() -> list[tuple[str, str]]:
    """Return the marketplaces a store can be connected with: code and name."""
    known = [kind for kind in Marketplace.values if kind in settings.MARKETPLACE_GATEWAYS]
    return [(kind, Marketplace(kind).label) for kind in known]
