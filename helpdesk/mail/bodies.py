"""From a tree of parts to one text, one HTML body and a list of files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from helpdesk.mail.charsets import clean_line, clean_text
from helpdesk.mail.filenames import safe_filename, unique_filename
from helpdesk.mail.headers import decode_words
from helpdesk.mail.html_text import html_to_text
from helpdesk.mail.message import MailLimits, ParsedAttachment
from helpdesk.mail.mime import MimePart
from helpdesk.mail.safe_html import CONTENT_ID_CHARS

_HTML_SOURCE_CHARS = 2_000_000


@dataclass(frozen=True)
class Content:
    """What a part says: always as text, as HTML only where it was written in HTML."""

    text: str = ""
    html: str = ""


@dataclass
class Body:
    """The reading of one message. ``html`` is still what the sender wrote."""

    content: Content = field(default_factory=Content)
    attachments: list[ParsedAttachment] = field(default_factory=list)
    is_encrypted: bool = False
    defects: list[str] = field(default_factory=list)


def read_body(root: MimePart, *, limits: MailLimits) -> Body:
    """Read the whole tree. Never raises; what is left out is named in ``defects``."""
    body = Body()
    reader = _Reader(body, limits)
    body.content = reader.read(root)
    if "-----BEGIN PGP MESSAGE-----" in body.content.text:
        body.is_encrypted = True
    return body


class _Reader:
    def __init__(self, body: Body, limits: MailLimits):
        self._body = body
        self._limits = limits
        self._names: set[str] = set()
        self._total = 0

    def read(self, part: MimePart) -> Content:
        media_type = part.media_type
        if media_type == "multipart/encrypted" or _is_enveloped(part):
            self._body.is_encrypted = True
            return self._attach_all(part)
        if part.is_multipart():
            contents = [self.read(child) for child in part.children]
            return _best(contents) if media_type == "multipart/alternative" else _joined(contents)
        if _is_written(part):
            return self._written(part)
        return self._attach_all(part)

    def _written(self, part: MimePart) -> Content:
        text, doubt = part.text()
        self._note(doubt)
        text = clean_text(text)
        if part.media_type != "text/html":
            return Content(text=text)
        if len(text) > _HTML_SOURCE_CHARS:
            self._note("The HTML text is very long; its end was left out.")
            text = text[:_HTML_SOURCE_CHARS]
        return Content(text=clean_text(html_to_text(text)), html=text)

    def _attach_all(self, part: MimePart) -> Content:
        for leaf in part.leaves():
            self._attach(leaf)
        return Content()

    def _attach(self, part: MimePart) -> None:
        content, damage = part.content()
        name = safe_filename(part.declared_filename or _title(part), part.media_type)
        refusal = self._refusal(content)
        if refusal:
            self._note(f'Attachment "{name}" ({len(content):,} bytes) was left out: {refusal}.')
            return
        self._note(damage and f'Attachment "{name}": {damage}')
        self._total += len(content)
        self._body.attachments.append(
            ParsedAttachment(
                filename=unique_filename(name, self._names),
                content_type=part.media_type,
                content=content,
                content_id=_content_id(part),
            )
        )

    def _refusal(self, content: bytes) -> str:
        limits = self._limits
        if len(self._body.attachments) >= limits.attachments:
            return f"the message has more than {limits.attachments}"
        if len(content) > limits.attachment_bytes:
            return f"more than {limits.attachment_bytes:,} bytes"
        if self._total + len(content) > limits.attachments_bytes:
            return f"together they exceed {limits.attachments_bytes:,} bytes"
        return ""

    def _note(self, sentence: str) -> None:
        if sentence and sentence not in self._body.defects:
            self._body.defects.append(sentence)


def _is_written(part: MimePart) -> bool:
    """Whether a leaf is part of the letter and not a file that came with it."""
    if part.disposition == "attachment":
        return False
    if part.media_type.startswith("multipart/"):
        return True  # A multipart without parts: its boundary is lost, its text is not.
    is_text = part.media_type in ("text/plain", "text/html")
    return is_text and (part.nesting == 0 or not part.declared_filename)


def _is_enveloped(part: MimePart) -> bool:
    if part.media_type not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
        return False
    return part.parameter("content-type", "smime-type").lower() != "signed-data"


def _title(part: MimePart) -> str:
    """An attached message is named after its subject."""
    if part.media_type != "message/rfc822":
        return ""
    for line in part.content()[0][:20_000].decode("utf-8", "replace").splitlines():
        if line[:8].lower() == "subject:":
            subject = clean_line(decode_words(line[8:]), 100)
            return subject.replace("/", "_") + ".eml" if subject else ""
    return ""


def _content_id(part: MimePart) -> str:
    line = clean_line(part.headers.first("content-id"), CONTENT_ID_CHARS + 2)
    return line.strip("<> ")[:CONTENT_ID_CHARS]


def _best(contents: list[Content]) -> Content:
    """Of alternatives, the first that was written as text, and the last in HTML."""
    plain = [c.text for c in contents if c.text.strip() and not c.html]
    rich = [c for c in contents if c.html]
    converted = rich[-1].text if rich else ""
    return Content(text=plain[0] if plain else converted, html=rich[-1].html if rich else "")


def _joined(contents: list[Content]) -> Content:
    """Everything in its order; beside HTML, plain text is shown as HTML as well."""
    spoken = [c for c in contents if c.text.strip() or c.html]
    text = _join("\n\n", spoken, lambda c: c.text.strip("\n"))
    if len(spoken) == 1:
        return spoken[0]
    if not any(c.html for c in spoken):
        return Content(text=text)
    return Content(text=text, html=_join("\n", spoken, lambda c: c.html or _as_html(c.text)))


def _join(glue: str, contents: list[Content], of: Callable[[Content], str]) -> str:
    return glue.join(filter(None, map(of, contents)))


def _as_html(text: str) -> str:
    lines = escape(text.strip("\n"), quote=False).split("\n")
    return "<p>" + "<br>".join(lines) + "</p>"
