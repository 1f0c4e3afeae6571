"""The files of the demo, made from their names: pictures, papers, formatted mail."""

import random
import struct
import zlib
from pathlib import Path

from helpdesk.services.attachments import Upload

_PAGES = Path(__file__).parent / "pages"
_WIDTH, _HEIGHT = 240, 180


def upload(name: str) -> Upload:
    """Return a file called ``name``: a picture for .png, a one-page paper for .pdf."""
    if name.endswith(".png"):
        return Upload(filename=name, content_type="image/png", content=picture(name))
    return Upload(filename=name, content_type="application/pdf", content=paper(name))


def page(name: str) -> str:
    """Return the HTML of a formatted mail."""
    return (_PAGES / f"{name}.html").read_text(encoding="utf-8")


def picture(name: str) -> bytes:
    """Draw a soft-lit surface with a thing on it and a crack; always the same for a name."""
    chance = random.Random(name)
    warm, cold = chance.randrange(150, 210), chance.randrange(90, 150)
    left, top = chance.randrange(50, 110), chance.randrange(30, 70)
    right, bottom = _WIDTH - chance.randrange(50, 110), _HEIGHT - chance.randrange(20, 50)
    crack = chance.randrange(left + 20, right - 20)
    rows = []
    for y in range(_HEIGHT):
        crack += chance.choice((-1, -1, 0, 1, 1))
        row = bytearray(b"\0")
        for x in range(_WIDTH):
            is_inside = left < x < right and top < y < bottom
            light = (cold if is_inside else warm) + (x + y) // 14 - (x * y) // 2700
            if is_inside and abs(x - crack) < 2:
                light -= 70
            row += bytes((min(255, light + 8), min(255, light), max(0, light - 14)))
        rows.append(bytes(row))
    return _png(b"".join(rows))


def paper(name: str) -> bytes:
    """Return a one-page PDF with its own name as heading."""
    title = name.removesuffix(".pdf").replace("-", " ").capitalize()
    text = f"BT /F1 22 Tf 72 740 Td ({title}) Tj /F1 11 Tf 0 -32 Td (Northvane Kitchen) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n".encode()
    return bytes(out + f"startxref\n{table}\n%%EOF\n".encode())


def _png(rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    )
