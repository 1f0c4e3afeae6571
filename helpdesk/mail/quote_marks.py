"""How mail programs mark what is not new: one line, or a few, at a time.

Every test looks at the first ``LINE_CHARS`` of a line and uses no pattern that could
backtrack across lines, so that folding a message stays linear in its length.
"""

LINE_CHARS = 400
REPLY_DELIMITER = "##- Please type your reply above this line -##"

_LIST_FOOTER_LINES = 6
_LIST_WORDS = ("mailing list", "listinfo", "unsubscribe", "mailingliste", "abmelden")
_DELIMITER_CORE = "please type your reply above this line"
_OPENERS = (
    *("on ", "am ", "il ", "le ", "el ", "op ", "em ", "den ", "på ", "w dniu ", "dnia "),
    *("il giorno ", "in data ", "de ", "da "),
)
_WROTE = (
    *("wrote:", "writes:", "schrieb:", "ha scritto:", "a écrit:", "escribió:", "escreveu:"),
    *("schreef:", "skrev:", "napisał:", "napisał(a):", "kirjoitti:", "написал:", "scrisse:"),
)
_WROTE_INSIDE = (" schrieb ", " schreef ", " skrev ", " escribió ", " ha scritto ")
_HEADER_NAMES = {
    **dict.fromkeys(("from", "von", "da", "de", "van", "från", "fra", "od"), "from"),
    **dict.fromkeys(("sent", "date", "gesendet", "datum", "inviato", "data", "envoyé"), "sent"),
    **dict.fromkeys(("enviado", "enviado el", "enviada em", "fecha", "verzonden"), "sent"),
    **dict.fromkeys(("skickat", "sendt", "envoyé le", "wysłano", "date d'envoi"), "sent"),
    **dict.fromkeys(("to", "an", "a", "à", "para", "aan", "till", "til", "do"), "to"),
    **dict.fromkeys(("subject", "betreff", "oggetto", "objet", "asunto", "assunto"), "subject"),
    **dict.fromkeys(("onderwerp", "ämne", "emne", "temat"), "subject"),
    **dict.fromkeys(("cc", "bcc", "kopie", "copia", "reply-to", "antwort an", "importance"), "cc"),
}
_ORIGINAL = (
    *("original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht"),
    *("messaggio originale", "message d'origine", "message original", "mensaje original"),
    *("mensagem original", "oorspronkelijk bericht", "ursprungligt meddelande", "reply message"),
)
_FORWARDED = (
    *("forwarded message", "begin forwarded message", "weitergeleitete nachricht"),
    *("anfang der weitergeleiteten nachricht", "messaggio inoltrato", "message transféré"),
    *("inizio messaggio inoltrato", "début du message réexpédié", "début du message transféré"),
    *("mensaje reenviado", "inicio del mensaje reenviado", "doorgestuurd bericht"),
    *("mensagem encaminhada", "wiadomość przekazana dalej"),
)
_DEVICE_OPENERS = (
    *("sent from ", "get outlook for ", "von meinem ", "von meiner ", "gesendet von "),
    *("gesendet mit ", "diese nachricht wurde von ", "outlook für ", "outlook for "),
    *("inviato da ", "inviato dal mio ", "inviata da ", "envoyé de ", "envoyé depuis "),
    *("envoyé à partir de ", "enviado desde ", "enviado do meu ", "enviado de mi "),
    *("verzonden vanaf ", "verstuurd vanaf "),
)
_DEVICES = (
    *("phone", "ipad", "android", "samsung", "galaxy", "huawei", "xiaomi", "blackberry", "handy"),
    *("mobil", "móvil", "telef", "tablet", "outlook", "mail", "yahoo", "gmx", "web.de", "windows"),
)
_GERMAN_DEVICE = ("von meinem ", "von meiner ", "diese nachricht wurde von ")
_SEE_INSIDE = (
    *("see below", "answers below", "comments below", "my answers are", "inline", "in line"),
    *("in red", "in blue", "in green", "in bold", "siehe unten", "antworten unten", "in rot"),
    *("im text", "vedi sotto", "qui sotto", "in rosso", "ci-dessous", "en rouge", "ver abajo"),
    *("más abajo", "en rojo", "zie onder"),
)


def is_blank(line: str) -> bool:
    return not line[:LINE_CHARS].strip() and not line.strip()


def is_quoted(line: str) -> bool:
    return line[:LINE_CHARS].lstrip().startswith(">")


def is_quoted_twice(line: str) -> bool:
    return "".join(line[:LINE_CHARS].split()).startswith(">>")


def is_rule(line: str) -> bool:
    """A line drawn with five or more dashes, underscores or the like."""
    mark = line[:LINE_CHARS].strip(" *\t")
    return len(mark) >= 5 and set(mark) <= set("-_=—–")


def names_a_list(lines: list[str]) -> bool:
    """Whether a few lines are what mailing lists put below every message."""
    told = " ".join(line[:LINE_CHARS] for line in lines[:_LIST_FOOTER_LINES]).casefold()
    return len(lines) <= _LIST_FOOTER_LINES and any(word in told for word in _LIST_WORDS)


def is_reply_delimiter(line: str) -> bool:
    return _DELIMITER_CORE in line[:LINE_CHARS].lower()


def is_original_marker(line: str) -> bool:
    """-----Original Message----- in the languages Outlook speaks."""
    return _dashed(line) in _ORIGINAL


def is_forward_marker(line: str) -> bool:
    text = line[:LINE_CHARS].strip(" \t-–—_*>").rstrip(":").rstrip().casefold()
    return text in _FORWARDED


def _dashed(line: str) -> str:
    text = line[:LINE_CHARS].strip(" \t*")
    if not (text.startswith(("--", "__", "==")) and text.endswith(("--", "__", "=="))):
        return ""
    return text.strip(" -_=").replace("’", "'").casefold()


def header_kind(line: str) -> str:
    """``from``, ``sent``, ``to``, ``subject`` or ``cc`` for a line of a quoted head."""
    name, colon, value = line[:LINE_CHARS].strip(" \t*").partition(":")
    if not colon or len(name) > 20:
        return ""
    kind = _HEADER_NAMES.get(" ".join(name.replace("*", "").split()).casefold(), "")
    return kind if value.strip(" *") or kind == "cc" else ""


def opens_attribution(line: str) -> bool:
    return line[:LINE_CHARS].lstrip(" \t*").casefold().startswith(_OPENERS)


def is_attribution(lines: list[str], *, alone: bool = False) -> bool:
    """Whether the lines together say who wrote what follows.

    With ``alone`` nothing else confirms it (what follows bears no ">"), so it must
    name a date and an address: people do write "my colleague wrote:".
    """
    text = " ".join(" ".join(line[:LINE_CHARS] for line in lines).split()).casefold()
    text = text.replace(" :", ":").strip("* ")
    if not text.endswith(":"):
        return False
    has_opener = text.startswith(_OPENERS)
    has_digit = any(character.isdigit() for character in text)
    if alone or len(lines) > 1:
        named = has_opener and has_digit and (not alone or "@" in text)
    else:
        named = has_digit or "@" in text
    return named and (_says_wrote(text) or (text[0].isdigit() and "@" in text))


def _says_wrote(text: str) -> bool:
    return text.endswith(_WROTE) or any(verb in text for verb in _WROTE_INSIDE)


def is_signature_delimiter(line: str) -> bool:
    """The "-- " of RFC 3676, exactly."""
    return line == "-- "


def is_worn_delimiter(line: str) -> bool:
    """A delimiter that lost its space on the way, or two dashes that mean something else."""
    return len(line) <= 5 and line.rstrip() == "--"


def is_sentence(line: str) -> bool:
    text = line[:LINE_CHARS].rstrip()
    return len(text) > 80 or text.endswith((".", "?", "!", ":"))


def is_device_signature(line: str) -> bool:
    """ "Sent from my iPhone", not "Sent from my desk, is much easier then my phone."."""
    text = " ".join(line[:LINE_CHARS].split()).casefold()
    if not text.startswith(_DEVICE_OPENERS) or len(text) > 120:
        return False
    if text.startswith(_GERMAN_DEVICE):
        return text.rstrip(".").endswith("gesendet")
    words = text.partition("<")[0].partition("(")[0].rstrip(".").split()
    if len(words) > 8 or any(word.endswith((",", ";", "!", "?", ".")) for word in words):
        return False
    is_short = text.startswith("sent from my ") and len(words) <= 6
    return is_short or any(device in text for device in _DEVICES)


def points_inside(lines: list[str]) -> bool:
    """Whether the new text says that answers stand within the old one."""
    return any(phrase in line.casefold() for line in lines for phrase in _SEE_INSIDE)
