"""Runs the engine, and ends it with every worker it started when the process that started it is gone."""

import os
import signal
import sys
import threading
import time

import alarm_judge
import execution_timeout
import function_metrics
from ministack.app import main


def end_with_parent() -> None:
    # The parent holds the other end of standard input and never writes: reading ends when the parent does.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)


# The engine's version is pinned; that each of these is in its place is shown by test/cloud/operations.
for part in (alarm_judge, execution_timeout, function_metrics):
    part.install()
threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
