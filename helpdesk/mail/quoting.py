"""Tell what a customer wrote now from what their mail program repeated.

By hand, because the libraries backtrack (5 s for a hostile 3 kB). One pass down to
find where an unmarked old message begins, one pass up over the marked quotations at
the end; each line is looked at a fixed number of times.
"""

from helpdesk.mail.quote_marks import (
    header_kind,
    is_attribution,
    is_blank,
    is_device_signature,
    is_forward_marker,
    is_original_marker,
    is_quoted,
    is_quoted_twice,
    is_reply_delimiter,
    is_rule,
    is_sentence,
    is_signature_delimiter,
    is_worn_delimiter,
    names_a_list,
    opens_attribution,
    points_inside,
)

_SIGNATURE_LINES = 15
_WORN_SIGNATURE_LINES = 8
_HEAD_LINES = 12
_ATTRIBUTION_LINES = 4
_TELLING_QUOTE_LINES = 3


def split_quoted(text: str, *, forwarded: bool = False) -> tuple[str, str]:
    """Return the new text and the quoted text with signatures.

    Every line that is not blank is in exactly one of the two, in order. Answers
    between quotations stay in the new text together with what they answer, and so
    does everything after a forwarding mark, or everything where ``forwarded`` says
    that the message passes another one on. If nothing would be new, all of it is.
    """
    if forwarded:
        return _strip(text), ""
    lines = text.split("\n")
    cut = _end_of_new(lines)
    lead = _leading_quote(lines[:cut])
    new = lines[lead:cut]
    if all(map(is_blank, new)):
        return _strip(text), ""
    return _strip("\n".join(new)), _strip("\n".join(lines[:lead] + lines[cut:]))


def _strip(text: str) -> str:
    """Without blank lines at either end; the first line keeps its indentation."""
    indented = len(text) - len(text.lstrip())
    return text[text.rfind("\n", 0, indented) + 1 :].rstrip()


def _end_of_new(lines: list[str]) -> int:
    end = _old_message(lines)
    if end is None:
        return len(lines)
    if end < len(lines) and points_inside(lines[:end]):
        return len(lines)
    return _above_signature(lines, _above_quotation(lines, end))


# Down: an old message without ">" marks


def _old_message(lines: list[str]) -> int | None:
    """Where an unmarked old message begins; None if a forwarded one comes first."""
    for index, line in enumerate(lines):
        if is_forward_marker(line):
            return None
        body = _body_of_old_message(lines, index)
        if body is not None and not _quotes_next(lines, body):
            return _top_of_head(lines, index)
    return len(lines)


def _body_of_old_message(lines: list[str], index: int) -> int | None:
    """If an old message is announced at ``index``: the line where its text begins."""
    line = lines[index]
    if is_blank(line) or is_quoted(line):
        return None
    if is_reply_delimiter(line) or is_original_marker(line):
        return _end_of_head(lines, index + 1) or index + 1
    if header_kind(line) in ("from", "sent"):
        return _end_of_head(lines, index)
    if line[-20:].rstrip().endswith(":") and _attribution_above(lines, index + 1, alone=True):
        return index + 1
    return None


def _end_of_head(lines: list[str], start: int) -> int | None:
    """The line after a From/Sent/To/Subject block, or None if it is not a whole one.

    Without a subject it may be a parcel's way: from Milan, to Rome, sent on Monday.
    """
    kinds: set[str] = set()
    end = start
    for index in range(start, min(start + _HEAD_LINES, len(lines))):
        kind = header_kind(lines[index])
        if kind:
            kinds.add(kind)
            end = index + 1
        elif is_blank(lines[index]):
            break
    return end if {"from", "sent", "subject"} <= kinds else None


def _quotes_next(lines: list[str], start: int) -> bool:
    index = start
    while index < len(lines) and is_blank(lines[index]):
        index += 1
    return index < len(lines) and is_quoted(lines[index])


def _top_of_head(lines: list[str], index: int) -> int:
    """Take in the rule and the "On … wrote:" above the place that was recognised."""
    attribution = _attribution_above(lines, index + 1, alone=True)
    top = index if attribution is None else attribution
    while top > 0 and (is_blank(lines[top - 1]) or is_rule(lines[top - 1])):
        top -= 1
    above = _attribution_above(lines, top)
    return top if above is None else above


def _attribution_above(lines: list[str], end: int, *, alone: bool = False) -> int | None:
    """Where the attribution begins that ends just above ``end``, if there is one."""
    found = None
    for count in range(1, _ATTRIBUTION_LINES + 1):
        start = end - count
        if start < 0 or is_blank(lines[start]) or is_quoted(lines[start]):
            break
        if is_attribution(lines[start:end], alone=alone):
            found = start
            if opens_attribution(lines[start]):
                break
    return found


# Up: quotations with ">" marks, and signatures


def _above_quotation(lines: list[str], end: int) -> int:
    """The end of what stands above the quotation that closes ``lines[:end]``."""
    last = _skip_blank_up(lines, _above_footer(lines, end))
    if last == 0 or not is_quoted(lines[last - 1]):
        return end
    start = last
    while start > 0 and (is_quoted(lines[start - 1]) or is_blank(lines[start - 1])):
        start -= 1
    announced = _announcement_above(lines, start)
    if announced is not None:
        return announced
    return start if _is_surely_old(lines, start, last) else end


def _is_surely_old(lines: list[str], start: int, end: int) -> bool:
    """A short quotation that nobody announced may be the customer's own citation."""
    if sum(map(is_quoted, lines[start:end])) >= _TELLING_QUOTE_LINES:
        return True
    return any(map(is_quoted, lines[:start])) or any(map(is_quoted_twice, lines[start:end]))


def _announcement_above(lines: list[str], start: int) -> int | None:
    attribution = _attribution_above(lines, start)
    if attribution is not None:
        return attribution
    for top in range(max(0, start - _HEAD_LINES), start):
        line = lines[top]
        if is_original_marker(line) or is_reply_delimiter(line):
            return top
        if header_kind(line) in ("from", "sent") and _end_of_head(lines, top) == start:
            return top
    return None


def _above_footer(lines: list[str], end: int) -> int:
    """Skip a signature or a mailing list's footer that stands below a quotation."""
    for _ in range(2):
        mark = _closing_mark(lines, end)
        if mark is None or not _has_quotation_above(lines, mark):
            break
        end = mark
    return end


def _has_quotation_above(lines: list[str], end: int) -> bool:
    above = _skip_blank_up(lines, end)
    return above > 0 and (is_quoted(lines[above - 1]) or _closing_mark(lines, above) is not None)


def _closing_mark(lines: list[str], end: int) -> int | None:
    """The "-- " or a mailing list's rule that opens the last few lines, none of them quoted."""
    for index in range(end - 1, max(-1, end - 1 - _SIGNATURE_LINES), -1):
        if is_signature_delimiter(lines[index]) or _is_worn_signature(lines, index, end):
            return index
        if is_rule(lines[index]) and names_a_list(lines[index:end]):
            return index
        if is_quoted(lines[index]):
            return None
    return None


def _is_worn_signature(lines: list[str], index: int, end: int) -> bool:
    """Two dashes may also part two thoughts: then sentences follow."""
    if not is_worn_delimiter(lines[index]):
        return False
    below = lines[index + 1 : end]
    return len(below) <= _WORN_SIGNATURE_LINES and not any(map(is_sentence, below))


def _above_signature(lines: list[str], end: int) -> int:
    """Take signatures off the end: the phone's, the list's, the sender's own."""
    for _ in range(3):
        last = _skip_blank_up(lines, end)
        if last > 0 and is_device_signature(lines[last - 1]):
            end = last - 1
            continue
        mark = _closing_mark(lines, last)
        if mark is None:
            break
        end = mark
    return end


def _skip_blank_up(lines: list[str], end: int) -> int:
    while end > 0 and is_blank(lines[end - 1]):
        end -= 1
    return end


# The reply below the quotation


def _leading_quote(lines: list[str]) -> int:
    """Where the answer begins below the one announced quotation; 0 if it is not so."""
    start = 0
    while start < len(lines) and is_blank(lines[start]):
        start += 1
    body = _after_leading_attribution(lines, start)
    if body is None:
        return 0
    end = body
    while end < len(lines) and (is_quoted(lines[end]) or is_blank(lines[end])):
        end += 1
    return 0 if any(map(is_quoted, lines[end:])) else end


def _after_leading_attribution(lines: list[str], start: int) -> int | None:
    for count in range(1, _ATTRIBUTION_LINES + 1):
        block = lines[start : start + count]
        if len(block) < count or any(map(is_blank, block)) or any(map(is_quoted, block)):
            return None
        if is_attribution(block) and _quotes_next(lines, start + count):
            return start + count
    return None
