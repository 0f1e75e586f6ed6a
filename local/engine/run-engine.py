"""Runs the engine, and ends it with every worker it started when the process that started it is gone."""

import os
import signal
import sys
import threading
import time

import alarm_judge
from ministack.app import main
from ministack.services import cloudwatch


def end_with_parent() -> None:
    # The parent holds the other end of standard input and never writes: reading ends when the parent does.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)


# The version is pinned, and the tests of alarms show that this is what judges them.
cloudwatch._evaluate_alarm = alarm_judge.judge
threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
