import subprocess
import sys


def test_working_time_needs_no_framework():
    modules = "business_hours, calendar_problems, deadline_lines, holiday_dates"
    program = f"import sys; from escalations import {modules}; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
