"""Static files as browsers get them: joined, small, and with few words around them."""

import gzip
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from django.test import Client

from helpdesk.joining import CannotJoin, has_imports, joined_css, joined_js
from helpdesk.static_files import JoinedStaticFiles
from tests.factories import make_team, make_ticket, make_user

LINKED = re.compile(r"<script[^>]+static 'helpdesk/(js/\w+\.js)'")


def joined(files: dict[str, str], name: str) -> str:
    return (joined_css if name.endswith(".css") else joined_js)(name, files.__getitem__)


def our(name: str) -> str:
    with open(finders.find(name)) as file:
        return file.read()


def test_a_style_sheet_gets_what_it_imports_in_its_place():
    files = {
        "css/all.css": '@layer a, b;\n@import "parts/one.css";\n@import "two.css";\n.three {}\n',
        "css/parts/one.css": '@import "../two.css";\n.one {}\n',
        "css/two.css": ".two {}\n",
    }
    assert joined(files, "css/all.css") == "@layer a, b;\n.two {}\n.one {}\n.two {}\n.three {}\n"


@pytest.mark.parametrize(
    "part",
    ['@import "all.css";', '@import url("x.css") print;', ".a { background:url(dot.png) }"],
)
def test_a_style_sheet_that_would_change_its_meaning_is_refused(part):
    files = {"all.css": '@import "part.css";', "part.css": part}
    with pytest.raises(CannotJoin):
        joined(files, "all.css")


def test_a_module_comes_once_and_before_those_that_import_it():
    files = {
        "js/page.js": 'import "./a.js";\nimport { one as first } from "./shared.js";\nfirst();\n',
        "js/a.js": 'import { one, Two } from "./shared.js";\none(Two);\n',
        "js/shared.js": "export async function one() {}\nexport class Two {}\nconst three = 3;\n",
    }
    assert joined(files, "js/page.js") == (
        "const js_shared_js = (() => {\n"
        "async function one() {}\nclass Two {}\nconst three = 3;\n"
        "return { one, Two };\n})();\n"
        "{\nconst { one, Two } = js_shared_js;\none(Two);\n}\n"
        "{\nconst { one: first } = js_shared_js;\nfirst();\n}\n"
    )


@pytest.mark.parametrize(
    "statement",
    [
        'import "./page.js";',
        'import * as all from "./other.js";',
        'import other from "./other.js";',
        "import { a } from './other.js';",
        'import "https://elsewhere.example/a.js";',
        "export let counted = 0;",
        "export default 3;",
        'const later = await import("./other.js");',
    ],
)
def test_a_module_that_is_not_understood_is_refused(statement):
    files = {"page.js": 'import "./part.js";', "part.js": statement, "other.js": ""}
    with pytest.raises(CannotJoin):
        joined(files, "page.js")


def test_collected_files_hold_what_they_import_under_the_name_of_that_content(tmp_path):
    source = StaticFilesStorage(location=tmp_path / "source", base_url="/static/")
    collected = JoinedStaticFiles(location=tmp_path / "collected", base_url="/static/")
    names = {"helpdesk/js/page.js": 'import "./a.js";\n', "helpdesk/js/a.js": "press();\n"}

    def collect(part: str) -> str:
        for name, text in (names | {"helpdesk/js/a.js": part}).items():
            for storage in (source, collected):
                storage.delete(name)
                storage.save(name, ContentFile(text.encode()))
        list(collected.post_process({name: (source, name) for name in names}))
        hashed = collected.stored_name("helpdesk/js/page.js")
        with collected.open(hashed) as file:
            assert part in file.read().decode()
        return hashed

    assert collect("press();\n") == collect("press();\n") != collect("pressAgain();\n")


@pytest.fixture
def linked() -> dict[str, list[str]]:
    """Our modules that templates link, each with everything it brings along."""
    found = {}
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        for name in LINKED.findall(template.read_text()):
            parts = []
            joined_js(f"helpdesk/{name}", lambda part, parts=parts: parts.append(part) or our(part))
            found[f"helpdesk/{name}"] = parts
    return found


def test_no_module_that_listens_is_twice_on_a_page(linked):
    """Joined, a shared module is a copy in each file: harmless only where nothing happens in it."""
    everywhere = linked.pop("helpdesk/js/site.js")
    twice = {part for parts in linked.values() for part in parts if part in everywhere}
    assert [part for part in twice if re.search(r"addEventListener|setInterval", our(part))] == []


def test_the_workspace_has_less_than_30_kb_of_script_of_its_own(linked):
    names = [f"helpdesk/js/{name}.js" for name in ("theme", "preferences", "site", "tickets")]
    assert set(names) <= set(linked)
    assert sum(compressed(joined_js(name, our)) for name in names) < 30_000


def test_the_style_sheet_of_all_pages_is_one_file_under_25_kb():
    sheet = joined_css("helpdesk/css/recourse.css", our)
    assert not has_imports("recourse.css", sheet)
    assert compressed(sheet) < 25_000


def test_static_files_carry_only_the_headers_that_mean_something_for_them(tmp_path, settings, db):
    (tmp_path / "a.js").write_text("press();\n")
    settings.STATIC_ROOT = str(tmp_path)
    client = Client()

    file, page = client.get("/static/a.js"), client.get("/accounts/login/", follow=True)

    assert file.status_code == 200
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in file.headers
    assert "Content-Security-Policy" in page.headers


def test_a_ticket_beside_a_full_list_travels_in_less_than_150_kb(client, db):
    team = make_team()
    reader = make_user(team=team)
    tickets = [make_ticket(f"The kettle leaks at its spout, {n}", team=team) for n in range(50)]
    client.force_login(reader, "django.contrib.auth.backends.ModelBackend")

    page = client.get(f"/tickets/{tickets[0].pk}/?view=all").content.decode()

    assert page.count('<li class="row"') == 50
    addresses = set(re.findall(r'(?:src|href)="/static/([^"#]+)', page))
    assert {"helpdesk/css/recourse.css", "helpdesk/js/tickets.js"} < addresses
    assert compressed(page) + sum(compressed(as_sent(name)) for name in addresses) < 150_000


def as_sent(name: str) -> str:
    if not name.startswith("helpdesk/") or name.endswith(".svg"):
        return our(name)
    return (joined_css if name.endswith(".css") else joined_js)(name, our)


def compressed(text: str) -> int:
    return len(gzip.compress(text.encode(), mtime=0))
