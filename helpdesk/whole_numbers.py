"""Whole numbers as people and programs write them into addresses and forms. Pure."""

#: The largest key a row can have.
BIGGEST_ID = 2**63 - 1


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """Return the number; None for what is none or has more digits. 18 fit into a key."""
    is_one = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if is_one else None
