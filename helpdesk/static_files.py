"""Static files as browsers get them: named by their content, and few.

Every module and style sheet of ours that imports others is collected with them in it. Fewer round
trips, less to transfer, and each module is there once: a browser takes ``keyboard.5f1c.js`` of a
script tag and ``./keyboard.js`` of an import for two modules, and every key would be pressed twice.
"""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from helpdesk.joining import CannotJoin, has_imports, joined_css, joined_js

#: Below this folder the files are ours.
OURS = "helpdesk/"


class _Joined:
    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            paths = paths | self._join(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _join(self, paths: dict) -> dict:
        """Write the joined files over the collected ones; return where they are now."""

        def read(name: str) -> str:
            if name not in paths:
                raise CannotJoin(f"{name} is imported, but not there.")
            storage, path = paths[name]
            with storage.open(path) as file:
                return file.read().decode()

        joined = {}
        for name in paths:
            if not name.startswith(OURS) or not name.endswith((".css", ".js")):
                continue
            if has_imports(name, read(name)):
                join = joined_css if name.endswith(".css") else joined_js
                joined[name] = join(name, read)
        for name, text in joined.items():
            self.delete(name)
            self.save(name, ContentFile(text.encode()))
        return {name: (self, name) for name in joined}


class JoinedStaticFiles(_Joined, ManifestStaticFilesStorage):
    """For a server that does not look for compressed files."""


class CompressedJoinedStaticFiles(_Joined, CompressedManifestStaticFilesStorage):
    """For WhiteNoise, which serves the Brotli and gzip files made here."""
