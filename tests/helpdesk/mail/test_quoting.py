import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.quote_marks import REPLY_DELIMITER
from helpdesk.mail.quoting import split_quoted
from tests.helpdesk.mail.letters import CORPUS, WITHOUT_CORPUS, bounded

QUOTE = "> Is the lamp broken?\n> Please tell us."
OUTLOOK = "Subject: Lamp\n\nIs the lamp broken?"

ANNOUNCEMENTS = {
    "english": "On Mon, Mar 2, 2026 at 10:00 AM Shop <shop@shop.example> wrote:",
    "wrapped over two lines": "On Mon, Mar 2, 2026 at 10:00 AM Shop\n<shop@shop.example> wrote:",
    "wrapped over three": "On Mon, Mar 2, 2026 at 10:00 AM Shop\n<shop@shop.example>\nwrote:",
    "no space": "On 2 Mar 2026, Shop <shop@shop.example>wrote:",
    "german": "Am 02.03.26 um 10:00 schrieb Shop:",
    "german gmail": "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Shop <\nshop@shop.example>:",
    "german name first": "Shop <shop@shop.example> schrieb am 2. März 2026 um 10:00:",
    "italian": "Il giorno lun 2 mar 2026 alle ore 10:00 Shop <shop@shop.example> ha\nscritto:",
    "french": "Le lun. 2 mars 2026 à 10:00, Shop <shop@shop.example> a écrit\xa0:",
    "spanish": "El lun, 2 mar 2026 a las 10:00, Shop (<shop@shop.example>) escribió:",
    "dutch": "Op ma 2 mrt 2026 om 10:00 schreef Shop <shop@shop.example>:",
    "date first": "2026-03-02 10:00 GMT+01:00 Shop <shop@shop.example>:",
    "name only": "Shop <shop@shop.example> wrote:",
}
HEADS = {
    "english": "From: Shop\nSent: Monday, 2 March 2026 10:00\nTo: Ada\n" + OUTLOOK,
    "bold": "*From:* Shop\n*Sent:* Monday\n*To:* Ada\n*Subject:* Lamp\n\nIs it broken?",
    "german": "Von: Shop\nGesendet: Montag\nAn: Ada\nBetreff: Lampe\n\nIst sie kaputt?",
    "gmx": "Gesendet: Montag\nVon: Shop\nAn: Ada\nBetreff: Lampe\n\nIst sie kaputt?",
    "italian": "Da: Shop\nInviato: lunedì\nA: Ada\nOggetto: Lampada\n\nÈ rotta?",
    "french": "De : Shop\nEnvoyé : lundi\nÀ : Ada\nObjet : Lampe\n\nEst-elle cassée ?",
    "spanish": "De: Shop\nEnviado el: lunes\nPara: Ada\nAsunto: Lámpara\n\n¿Está rota?",
    "underlined": "_" * 32 + "\nFrom: Shop\nSent: Monday\nTo: Ada\n" + OUTLOOK,
    "marked": "-----Original Message-----\nFrom: Shop\nSent: Monday\n" + OUTLOOK,
    "marked german": "-----Ursprüngliche Nachricht-----\nIst die Lampe kaputt?",
    "marked italian": "-----Messaggio originale-----\nÈ rotta?",
    "marked french": "-----Message d’origine-----\nEst-elle cassée ?",
    "marked spanish": "-----Mensaje original-----\n¿Está rota?",
    "unmarked after an address": ANNOUNCEMENTS["english"] + "\n\nIs the lamp broken?",
    "our own line": f"{REPLY_DELIMITER}\nIs the lamp broken?",
    "our own line announced": f"{ANNOUNCEMENTS['german']}\n\n{REPLY_DELIMITER}\nIs it broken?",
}
SIGNATURES = {
    "delimiter": "-- \nAda Example\nLamps Ltd.",
    "worn delimiter": "--\nAda Example",
    "iphone": "Sent from my iPhone",
    "german iphone": "Von meinem iPhone gesendet",
    "italian iphone": "Inviato da iPhone",
    "french iphone": "Envoyé de mon iPhone",
    "spanish iphone": "Enviado desde mi iPhone",
    "outlook": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "gmx": "Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.",
    "two": "-- \nAda\n\nSent from my iPhone",
}


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS.values(), ids=ANNOUNCEMENTS)
def test_a_marked_quotation_goes_with_its_announcement(announcement):
    text = f"Yes, it is.\n\n{announcement}\n\n{QUOTE}\n"

    assert split_quoted(text) == ("Yes, it is.", f"{announcement}\n\n{QUOTE}")


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_an_old_message_without_marks_is_recognised_by_its_head(head):
    assert split_quoted(f"Yes, it is.\n\n{head}") == ("Yes, it is.", head)


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
@pytest.mark.parametrize("quote", ["", f"\n\n{ANNOUNCEMENTS['english']}\n{QUOTE}"])
def test_a_signature_is_folded_away(signature, quote):
    new, quoted = split_quoted(f"Yes.\n\n{signature}{quote}")

    assert new == "Yes."
    assert quoted == f"{signature}{quote}"


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my desk, is much easier then my mobile phone.",
        "First:\n--\nThe lamp does not work.\nSecond:\n--\nThe shade is torn. Why?",
        "One - two -- three",
        "Spedizione:\nDa: Milano\nA: Roma\nData: 5 marzo\nNon è mai arrivata",
        "Order 1 is fine\n" + "_" * 32 + "\nOrder 2 is broken",
        "Order 1:\n-- \n" + "The lamp\n" * 15 + "is broken",
        "Gesendet von Berlin aus, gestern",
        "It says:\n\n> Error 17",
        "My neighbour wrote:\n> never again",
        "On 3 March at 10:00 your agent wrote:\nplease send a photo.\nI did that.",
        "From: here to there\nI want my money back",
        "Name: Ada\nFrom: Ada\nSubject: Lost parcel\n\nWhere is it?",
        "Hello\n\n---------- Forwarded message ---------\nFrom: X\nSent: Y\nTo: Z\n" + OUTLOOK,
        "Siehe unten\n\n-------- Weitergeleitete Nachricht --------\nVon: X\n\n> alt\n> alt\n> alt",
        "See below, in red.\n\n-----Original Message-----\nWhat colour? Red.",
    ],
)
def test_when_in_doubt_everything_is_shown(text):
    assert split_quoted(text) == (text, "")


@pytest.mark.parametrize("text", [QUOTE, ANNOUNCEMENTS["english"] + "\n" + QUOTE, HEADS["german"]])
def test_a_message_that_is_only_a_quotation_shows_it(text):
    assert split_quoted(text) == (text, "")


def test_answers_between_quotations_stay_with_what_they_answer():
    head = f"{ANNOUNCEMENTS['english']}\n> First?\n\nNo.\n\n> Second?\n\nYes."

    assert split_quoted(f"{head}\n\n> Bye\n> Shop") == (head, "> Bye\n> Shop")


def test_an_answer_below_the_only_quotation_stands_alone():
    quote = f"{ANNOUNCEMENTS['english']}\n{QUOTE}"

    assert split_quoted(f"{quote}\n\nYes, it is.") == ("Yes, it is.", quote)


def test_a_forwarded_message_is_not_split():
    text = f"FYI\n\n{HEADS['english']}"

    assert split_quoted(text, forwarded=True) == (text, "")


LINE = st.sampled_from(
    ["Yes.", "", " ", "> a", ">> b", "-- ", "--", "_" * 40, "Sent from my iPhone", REPLY_DELIMITER]
    + [*"\n".join(ANNOUNCEMENTS.values()).split("\n"), *"\n".join(HEADS.values()).split("\n")]
    + ["---------- Forwarded message ---------", "See below."]
) | st.text(max_size=20).map(lambda line: line.replace("\n", " "))


@bounded
@given(st.lists(LINE, max_size=25))
def test_no_line_is_lost_or_doubled(lines):
    new, quoted = split_quoted("\n".join(lines))

    assert sorted(written(new) + written(quoted)) == sorted(written("\n".join(lines)))
    assert written(new) or not written("\n".join(lines))


def written(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


HOSTILE = {
    "quotes": "> x\n",
    "one endless quote": ">",
    "attributions": "On 1 a@b wrote:\n",
    "attributions never ending": "On 1 a@b\n",
    "attributions with quotes": "On 1 a@b wrote:\n\n> x\n",
    "heads": "From: x\nSent: y\nTo: z\n",
    "marks with quotes": "-----Original Message-----\n\n\n> x\n",
    "signatures": "-- \n",
    "rules": "_" * 32 + "\n",
    "blank lines": "\n",
    "spaces": " ",
    "answers and quotes": "x\n\n> y\n\n",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_work_grows_with_the_length_and_no_faster(unit):
    once = "Hello\n" + unit * (60_000 // len(unit))
    twice = "Hello\n" + unit * (120_000 // len(unit))

    assert seconds(twice) < 3 * seconds(once) + 0.01


def seconds(text: str) -> float:
    def measured() -> float:
        start = time.process_time()
        split_quoted(text + "\n> end")
        return time.process_time() - start

    return min(measured() for _ in range(3))


# Real bodies: how the new text begins and ends, and how what is folded away begins.
REAL = {
    "correct_sig": ("this is an email with", "-- signature.", "-- \nrick"),
    "email_1_1": ("Hi folks", "-Abhishek Kona", "____"),
    "email_1_2": ("Hi,\nOn Tue", 'delete them all individually."', "> \n> -Abhishek"),
    "email_1_3": ("Oh thanks.", "-Abhishek Kona", "On 01/03/11 7:07 PM, Russell Brown wrote:"),
    "email_1_4": ("Awesome!", "problem with it.", "On Aug 22, 2011"),
    "email_1_5": ("One: Here", "for a while.", ""),
    "email_1_6": ("I get proper", "torch of pixels", "On Dec 16, 2011"),
    "email_1_7": (":+1:", ":+1:", "On Tue, Sep 25, 2012"),
    "email_1_8": ("On Tue, Apr 29", "and under this.", ">\n> -- Tim"),
    "email_2_1": ("Outlook with a reply", "Outlook with a reply", " -----"),
    "email_2_2": ("Outlook with", "directly above line", "_____"),
    "email_2_3": ("Outlook with", "directly above line", "From: CRM Comments"),
    "email_BlackBerry": ("Here is", "another email", "Sent from my BlackBerry"),
    "email_bullets": ("test 2", "- and another", "On Fri, Feb 24, 2012"),
    "email_iPhone": ("Here is", "another email", "Sent from my iPhone"),
    "email_long_quote": ("Hi folks", "-Abhishek Kona", "____"),
    "email_multi_word_sent_from_my_mobile_device": ("Here is", "email", "Sent from my Verizon"),
    "email_one_is_not_on": ("Thank,", "when I run...", "On Oct 1, 2012"),
    "email_sent_from_my_not_signature": ("Here is", "then my mobile phone.", ""),
    "email_sig_delimiter_in_middle_of_line": ("Hi there!", "kthxbai", ""),
    "greedy_on": ("On your remote host", "the tunnel is not working.", "On 9 Jan 2014"),
    "pathological": ("I think you're", "back to a computer.", "On Dec 8, 2013"),
}


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason=WITHOUT_CORPUS)
@pytest.mark.parametrize(("name", "expected"), REAL.items(), ids=REAL)
def test_real_bodies_are_split_where_a_reader_would(name, expected):
    begins, ends, folded = expected
    body = (CORPUS / "email_reply_parser" / f"{name}.txt").read_text(encoding="utf-8")

    new, quoted = split_quoted(body)

    assert new.startswith(begins)
    assert new.endswith(ends)
    assert quoted.startswith(folded)
    assert bool(quoted) == bool(folded)
    assert len(written(new) + written(quoted)) == len(written(body))
