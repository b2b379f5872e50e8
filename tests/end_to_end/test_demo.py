import subprocess
import sys

WAIT_S = 110


def test_in_the_demo_every_alert_that_is_due_arrives_once() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--once"], capture_output=True, text=True, timeout=WAIT_S
    )
    assert played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:]
    assert "alerts due" in played.stdout
