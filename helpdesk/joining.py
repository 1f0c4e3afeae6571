"""Our own style sheets and modules as one file each: what a file imports is put into it.

Text in, text out. Only what our files use is understood; everything else is refused, so that a
file that would be joined wrongly stops the collecting of static files instead.
"""

import re
from collections.abc import Callable
from posixpath import dirname, join, normpath

_CSS_IMPORT = re.compile(r"^@import\b.*$", re.MULTILINE)
_PLAIN_CSS_IMPORT = re.compile(r'@import "([^":?#]+)";')
_RELATIVE_URL = re.compile(r"url\((?!\s*['\"]?(?:data:|#|/))")
_JS_STATEMENT = re.compile(r"^(?:import|export)\b.*$|\bimport\(.*$", re.MULTILINE)
_JS_IMPORT = re.compile(r'import (?:\{([\w$, ]+)\} from )?"(\.{1,2}/[^"]+)";')
_JS_EXPORT = re.compile(r"export ((?:async )?function\*?|const|class) +([\w$]+)")

Read = Callable[[str], str]


class CannotJoin(ValueError):
    """A file imports or exports in a way that is not understood here."""


def has_imports(name: str, text: str) -> bool:
    """Say whether there is something to put into the file ``name``."""
    return bool(_CSS_IMPORT.search(text) if name.endswith(".css") else _JS_IMPORT.search(text))


def joined_css(name: str, read: Read) -> str:
    """Return a style sheet with every ``@import`` replaced by the sheet it names.

    :raises CannotJoin: for an import with conditions, and for a relative address in a sheet,
        which would mean another file in its new place.
    """
    return _css(name, read, seen=(name,))


def joined_js(name: str, read: Read) -> str:
    """Return a module with the modules it imports before it, each in a scope of its own.

    :raises CannotJoin: for modules in a circle, and for any import or export but
        ``import "./one.js"``, ``import { a, b } from "./one.js"`` and ``export`` of a named
        function, constant or class.
    """
    modules: dict[str, str] = {}
    _collect_js(name, read, modules, within=())
    return "".join(modules.values())


def _css(name: str, read: Read, *, seen: tuple[str, ...]) -> str:
    text = read(name)
    if len(seen) > 1 and _RELATIVE_URL.search(text):
        raise CannotJoin(f"{name}: a relative address would mean another file once joined.")

    def imported(statement: re.Match) -> str:
        plain = _PLAIN_CSS_IMPORT.fullmatch(statement[0])
        part = plain and _beside(name, plain[1])
        if not plain or part in seen:
            raise CannotJoin(f"{name}: {statement[0]}")
        return _css(part, read, seen=(*seen, part)).rstrip("\n")

    return _CSS_IMPORT.sub(imported, text)


def _collect_js(name: str, read: Read, modules: dict[str, str], *, within: tuple[str, ...]) -> None:
    if name in within:
        raise CannotJoin(f"{name}: imports itself, by way of {', '.join(within)}")
    if name in modules:
        return
    text, exports = read(name), []

    def stated(statement: re.Match) -> str:
        if found := _JS_IMPORT.fullmatch(statement[0]):
            names, part = found[1], _beside(name, found[2])
            _collect_js(part, read, modules, within=(*within, name))
            return f"const {{{names.replace(' as ', ': ')}}} = {_variable(part)};" if names else ""
        if found := _JS_EXPORT.match(statement[0]):
            exports.append(found[2])
            return statement[0].removeprefix("export ")
        raise CannotJoin(f"{name}: {statement[0]}")

    body = _JS_STATEMENT.sub(stated, text).strip("\n")
    if exports:
        body = f"{body}\nreturn {{ {', '.join(exports)} }};"
        modules[name] = f"const {_variable(name)} = (() => {{\n{body}\n}})();\n"
    else:
        modules[name] = f"{{\n{body}\n}}\n"


def _beside(name: str, address: str) -> str:
    return normpath(join(dirname(name), address))


def _variable(name: str) -> str:
    return re.sub(r"\W", "_", name)
