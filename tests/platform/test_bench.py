"""The measurements can be started; what they say stands in docs/benchmarks.md."""

import subprocess
import sys

from django.conf import settings


def test_every_part_of_the_bench_can_be_started_without_the_rest():
    said = subprocess.run(
        [sys.executable, "-m", "bench", "--help"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert said.returncode == 0, said.stderr
    assert "criteria" in said.stdout
