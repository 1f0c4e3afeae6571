"""How quickly another ticket opens, and what the workspace weighs: python -m bench.workspace

In Chromium, from the click on a ticket of the list until its conversation is painted, with the
processor time of server, database and page; and what travels for the first page, compressed as in
production.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.databases import CHECKOUT, environment, filled_database
from bench.inside import call
from bench.processes import computed
from bench.report import median, percentile_95, publish
from bench.server import Server, serving

STORAGE = "helpdesk.static_files.CompressedJoinedStaticFiles"
SWITCH_P95_MS, PAGE_KB, SCRIPT_KB = 150, 150, 30
WARM_UPS = 5
#: Nobody opens the next ticket before the last one was in sight.
MOMENT_MS = 250
_FLAGS = ["--no-sandbox", "--headless=new", "--disable-gpu", "--disable-background-networking"]

#: Waits in the page itself, so that nothing of the measuring stands in the figure. Two frames:
#: the first is asked for before the paint, the second comes behind it.
_SWITCH = """
(row) => new Promise((done) => {
  const begun = performance.now();
  const wanted = row.pathname.split("/")[2];
  const seen = new MutationObserver(() => {
    if (document.getElementById("conversation")?.dataset.ticket !== wanted) return;
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
  });
  seen.observe(document.body, { childList: true, subtree: true });
  row.click();
})
"""
_OTHER_ROWS = "[data-moves] [data-cover]:not([aria-current])"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--switches", type=int, default=60)
    arguments = parser.parse_args()
    url = filled_database(arguments.tickets)
    cookies = call(url, "bench.looking.sessions")
    with tempfile.TemporaryDirectory() as folder:
        static = _collect_static(url, folder)
        with serving(url, **static) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=_FLAGS)
            rows = [
                _look(browser, server, who, cookie, arguments.switches)
                for who, cookie in cookies.items()
            ]
            browser.close()
    publish(
        "workspace", rows, tickets=arguments.tickets,
        promised=f"p95 under {SWITCH_P95_MS} ms, page under {PAGE_KB} kB, script {SCRIPT_KB} kB",
    )  # fmt: skip


def _look(browser, server: Server, who: str, cookie: str, switches: int) -> dict:
    context = browser.new_context(base_url=server.address, viewport={"width": 1440, "height": 900})
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": server.address}])
    page = context.new_page()
    weight = _weigh(page)
    page.goto("/tickets/?view=open")
    page.locator(_OTHER_ROWS).first.click()
    page.wait_for_selector("#conversation")
    for number in range(WARM_UPS):
        _switch(page, number)
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable", {"timeDomain": "threadTicks"})
    spent, web, database = _spent_by(client), *server.cpu_ms()
    took = [_switch(page, WARM_UPS + number) for number in range(switches)]
    after, web_after, database_after = _spent_by(client), *server.cpu_ms()
    context.close()
    return {
        "who": who,
        "switches": switches,
        "p50 ms": median(took),
        "p95 ms": percentile_95(took),
        "max ms": round(max(took), 1),
        # Of everything a switch brings about: presence and the bell, too.
        "web CPU ms": round(computed(web, web_after) / switches, 1),
        "database CPU ms": round(computed(database, database_after) / switches, 1),
        "page CPU ms": round((after - spent) / switches, 1),
        **weight,
    }


def _switch(page, number: int) -> float:
    page.wait_for_timeout(MOMENT_MS)
    rows = page.locator(_OTHER_ROWS)
    return rows.nth(number % rows.count()).evaluate(_SWITCH)


def _spent_by(client) -> float:
    """Return the milliseconds the page's main thread has spent on scripts, styles and layout."""
    metrics = client.send("Performance.getMetrics")["metrics"]
    spent = {metric["name"]: metric["value"] for metric in metrics}
    parts = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
    return 1000 * sum(spent[part] for part in parts)


def _weigh(page) -> dict:
    """Load a ticket's page with an empty cache and count what came over the wire."""
    page.goto("/tickets/?view=open")
    first = page.locator("[data-moves] [data-cover]").first.get_attribute("href")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds, headers, whole = {}, {}, {}

    def begun(said: dict) -> None:
        kinds[said["requestId"]] = _kind(said)
        headers[said["requestId"]] = said["response"]["encodedDataLength"]

    client.on("Network.responseReceived", begun)
    client.on(
        "Network.loadingFinished",
        lambda said: whole.update({said["requestId"]: said["encodedDataLength"]}),
    )
    page.goto(first)
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    client.detach()
    # What was under way before has no answer in here.
    whole = {request: size for request, size in whole.items() if request in kinds}
    by_kind = Counter()
    for request, size in whole.items():
        by_kind[kinds[request]] += size
    sizes = {name: _kb([by_kind[name]]) for name in ("document", "own script", "stylesheet")}
    of_headers = _kb(headers[request] for request in whole)
    total = _kb(whole.values())
    return {"answers": len(whole), "page kB": total, "of it headers kB": of_headers} | {
        f"{name} kB": size for name, size in sizes.items()
    }


def _kind(said: dict) -> str:
    kind = said["type"].lower()
    is_ours = kind == "script" and "/helpdesk/" in said["response"]["url"]
    return "own script" if is_ours else kind


def _kb(sizes: Iterable[int]) -> float:
    return round(sum(sizes) / 1000, 1)


def _collect_static(url: str, folder: str) -> dict[str, str]:
    settings = {"STATIC_STORAGE": STORAGE, "STATIC_ROOT": str(Path(folder) / "static")}
    subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        env=environment(url) | settings,
        cwd=CHECKOUT,
        check=True,
    )
    return settings


def _chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


if __name__ == "__main__":
    main()
