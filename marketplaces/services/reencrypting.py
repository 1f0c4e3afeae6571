"""Encrypting everything anew with the first of the keys."""

from django.db import transaction

from marketplaces.models import Connection, KeptText
from marketplaces.vault import reseal


def reencrypt() -> int:
    """Encrypt credentials and kept tokens with the first key; all keys still have to be there.

    :raises CannotDecrypt: if one cannot be opened with any key; those before it are done.
    """
    rows = [(model, pk) for model in (Connection, KeptText)
            for pk in model.objects.order_by("pk").values_list("pk", flat=True)]  # fmt: skip
    for model, pk in rows:
        with transaction.atomic():
            row = model.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if row is not None:
                row.sealed = reseal(row.sealed)
                row.save(update_fields=["sealed"])
    return len(rows)
