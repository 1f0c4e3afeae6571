"""How many mails a second the intake files: python -m bench.intake

Three kinds of mail from as many senders: new concerns, answers that quote ours, and mails with
formatting and a picture. One process, then as many as there are cores.
"""

import argparse
import os
import random
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

from bench.databases import fresh_database
from bench.inside import call
from bench.report import publish

PICTURE = os.urandom(60_000)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mails", type=int, default=1500, help="for each process")
    arguments = parser.parse_args(argv)
    url = fresh_database("bench_intake")
    publish("intake", [_run(url, processes, arguments.mails) for processes in (1, os.cpu_count())])


def _run(url: str, processes: int, mails: int) -> dict:
    with ThreadPoolExecutor(processes) as pool:
        runs = [
            pool.submit(call, url, "bench.handing_in.hand_in", mails, f"{processes}-{number}")
            for number in range(processes)
        ]
        figures = [run.result() for run in runs]
    slowest = max(figure["seconds"] for figure in figures)
    return {
        "processes": processes,
        "mails": mails * processes,
        "seconds": round(slowest, 1),
        "mails/s": round(mails * processes / slowest),
        "median ms": max(figure["median_ms"] for figure in figures),
        "CPU ms": round(sum(figure["cpu_ms"] for figure in figures) / processes, 1),
        "tickets": sum(figure["tickets"] for figure in figures),
    }


def mails(many: int, name: str) -> list[bytes]:
    """Return mails as a mail server hands them in; another name gives other senders."""
    chance = random.Random(name)
    return [_mail(number, name, chance) for number in range(many)]


def _mail(number: int, name: str, chance: random.Random) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Customer {number} <c{number // 3}.{name}@mail.example>"
    mail["To"] = "support@recourse.example"
    mail["Subject"] = f"The lid of kettle {number} does not close"
    mail["Message-ID"] = f"<{number}.{name}@mail.example>"
    words = [chance.choice(("kettle", "lid", "broken", "refund", "please")) for _ in range(60)]
    text = " ".join(words) + f" {number}"
    kind = number % 3
    if kind == 1:
        mail["In-Reply-To"] = f"<{number - 1}.{name}@mail.example>"
        text += "\n\nOn 2 Mar 2026 at 09:00, Mara wrote:\n" + "\n".join(["> " + text] * 8)
    mail.set_content(text)
    if kind == 2:
        mail.add_alternative(f"<p>{'</p><p>'.join(words)}</p><img src='cid:1'>", subtype="html")
        mail.add_attachment(PICTURE, "image", "png", filename="lid.png")
    return bytes(mail)


if __name__ == "__main__":
    main()
