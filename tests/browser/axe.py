"""What axe and a ruler find wrong with a page, in both themes at both sizes."""

from axe_playwright_python.sync_playwright import Axe

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
#: Without preload the checker writes no styles into the page, which the policy would refuse.
RULES = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"target-size": {"enabled": True}},
}
#: A theme changes colours and nothing else.
RULES_OF_COLOUR = RULES | {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}


def check(page) -> list[str]:
    """Return what is wrong with a page, in words: each theme at each size, loaded once."""
    wrong = []
    axe = Axe()
    page.evaluate(axe.axe_script)
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)
        for theme, rules in ("light", RULES), ("dark", RULES_OF_COLOUR):
            page.emulate_media(color_scheme=theme)
            found = page.evaluate("(rules) => axe.run(rules)", rules)["violations"]
            wrong += [
                f"{size}, {theme}: {violation['id']}: {node['target']} {node['failureSummary']}"
                for violation in found
                for node in violation["nodes"]
            ]
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if too_wide > 0:
            wrong.append(f"{size}: {too_wide} px wider than the window")
    page.set_viewport_size(SIZES["desk"])
    return wrong
