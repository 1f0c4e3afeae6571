"""Drawing a report on paper, with a font that has the letters of Europe. No queries."""

from datetime import datetime

from font_roboto import Roboto, RobotoBold, RobotoItalic
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from escalations.report import Item, Report, Section

MARGIN, LABEL_WIDTH, TIME_WIDTH = 18, 38, 32
FONT = "Roboto"
INK, QUIET, RULE = 0, 90, 190
#: Signs of our own sentences that the font lacks.
STAND_INS = str.maketrans({"→": "›"})
_FACES = (("", Roboto), ("B", RobotoBold), ("I", RobotoItalic))


class Paper(FPDF):
    """A4, with the title and the number of the page below each page."""

    def __init__(self, report: Report, *, language: str, at: datetime):
        super().__init__(format="A4")
        self.said = report
        for style, path in _FACES:
            self.add_font(FONT, style, path)
        self.set_margin(MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        self.set_title(f"{report.title}, {report.about}")
        self.set_creator("Recourse")
        self.set_creation_date(at)
        self.set_lang(language)
        self.add_page()

    def footer(self) -> None:
        self.set_y(-MARGIN)
        self.face(8, tone=QUIET)
        self.cell(0, 5, self.said.title)
        self.set_x(MARGIN)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")

    def face(self, points: float, style: str = "", *, tone: int = INK) -> None:
        self.set_font(FONT, style, points)
        self.set_text_color(tone)

    def write_down(self, words: str, *, width: float = 0, leading: float = 5) -> None:
        """Write a paragraph from where the pen is and go below it."""
        words = words.translate(STAND_INS)
        self.multi_cell(width, leading, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def keep_together(self, height: float) -> None:
        """Begin a page if less than so many millimetres are left on this one."""
        if self.will_page_break(height):
            self.add_page()


def report_pdf(report: Report, *, language: str, at: datetime) -> bytes:
    """Return the report as a PDF; letters that the font lacks are drawn as empty boxes."""
    paper = Paper(report, language=language, at=at)
    paper.face(18, "B")
    paper.write_down(report.title, leading=8)
    paper.face(11, tone=QUIET)
    paper.write_down(report.about, leading=6)
    for section in report.sections:
        _draw(paper, section)
    paper.ln(4)
    paper.face(8, tone=QUIET)
    paper.write_down(report.printed, leading=4)
    return bytes(paper.output())


def _draw(paper: Paper, section: Section) -> None:
    paper.ln(4)
    paper.keep_together(24)
    paper.face(12, "B")
    paper.start_section(section.title)
    paper.write_down(section.title, leading=6)
    paper.set_draw_color(RULE)
    paper.line(paper.l_margin, paper.get_y(), paper.w - paper.r_margin, paper.get_y())
    paper.ln(1.5)
    if section.quote:
        paper.face(10, "I")
        paper.write_down(section.quote)
    for label, value in section.pairs:
        _pair(paper, label, value, LABEL_WIDTH)
    for item in section.items:
        _item(paper, item)
    for label, value in section.lines:
        _pair(paper, label, value, TIME_WIDTH, points=8.5)
    if section.nothing and not section.items:
        paper.face(10, tone=QUIET)
        paper.write_down(section.nothing)


def _pair(paper: Paper, label: str, value: str, width: float, *, points: float = 10) -> None:
    leading = points / 2
    paper.keep_together(leading * 2)
    page, top = paper.page, paper.get_y()
    paper.face(points, tone=QUIET)
    paper.multi_cell(width, leading, label, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
    paper.face(points)
    paper.set_xy(paper.l_margin + width, top if paper.page == page else paper.get_y())
    paper.write_down(value, leading=leading)


def _item(paper: Paper, item: Item) -> None:
    paper.keep_together(14)
    paper.face(10)
    paper.write_down(" ".join(filter(None, [item.mark, item.words])))
    paper.face(8.5, tone=QUIET)
    paper.write_down(item.under, leading=4)
    paper.ln(1.5)
