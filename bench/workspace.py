"""How quickly another ticket opens, and what the workspace weighs: python -m bench.workspace

In Chromium, from the click on a ticket of the list until its conversation is painted; and what
travels for the first page, compressed as in production.
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.databases import CHECKOUT, environment, filled_database
from bench.inside import call
from bench.report import publish
from bench.server import serving

STORAGE = "helpdesk.static_files.CompressedJoinedStaticFiles"
SWITCH_P95_MS, PAGE_KB, SCRIPT_KB = 150, 150, 30
WARM_UPS = 5
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
                _look(browser, server.address, who, cookie, arguments.switches)
                for who, cookie in cookies.items()
            ]
            browser.close()
    publish(
        "workspace", rows, tickets=arguments.tickets, script_sources_kb=own_script_kb(),
        promised=f"p95 under {SWITCH_P95_MS} ms, page under {PAGE_KB} kB, script {SCRIPT_KB} kB",
    )  # fmt: skip


def own_script_kb() -> float:
    """Return what our own modules weigh together, each compressed, wherever they are used."""
    modules = (CHECKOUT / "helpdesk/static/helpdesk/js").glob("*.js")
    return round(sum(len(gzip.compress(path.read_bytes())) for path in modules) / 1000, 1)


def _look(browser, address: str, who: str, cookie: str, switches: int) -> dict:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": address}])
    page = context.new_page()
    weight = _weigh(page)
    page.goto("/tickets/?view=open")
    page.locator(_OTHER_ROWS).first.click()
    page.wait_for_selector("#conversation")
    took = [_switch(page, number) for number in range(WARM_UPS + switches)][WARM_UPS:]
    context.close()
    return {
        "who": who,
        "switches": switches,
        "p50 ms": round(statistics.median(took), 1),
        "p95 ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "max ms": round(max(took), 1),
        **weight,
    }


def _switch(page, number: int) -> float:
    rows = page.locator(_OTHER_ROWS)
    return rows.nth(number % rows.count()).evaluate(_SWITCH)


def _weigh(page) -> dict:
    """Load a ticket's page with an empty cache and count what came over the wire."""
    page.goto("/tickets/?view=open")
    first = page.locator("[data-moves] [data-cover]").first.get_attribute("href")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds, sizes = {}, {}
    client.on("Network.responseReceived", lambda said: kinds.update({said["requestId"]: said}))
    client.on(
        "Network.loadingFinished",
        lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}),
    )
    page.goto(first)
    page.wait_for_load_state("load")
    page.wait_for_timeout(500)
    client.detach()
    by_kind = {"document": 0, "script": 0, "own script": 0, "stylesheet": 0}
    # What was under way before has no answer in here.
    sizes = {request: size for request, size in sizes.items() if request in kinds}
    for request, size in sizes.items():
        kind = kinds[request]["type"].lower()
        by_kind[kind] = by_kind.get(kind, 0) + size
        if kind == "script" and "/helpdesk/" in kinds[request]["response"]["url"]:
            by_kind["own script"] += size
    total = sum(sizes.values())
    named = ("document", "own script", "stylesheet")
    return {"page kB": round(total / 1000, 1)} | {
        f"{name} kB": round(by_kind[name] / 1000, 1) for name in named
    }


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
