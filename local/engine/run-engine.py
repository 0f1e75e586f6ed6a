"""Runs the engine, and ends it with every worker it started when the process that started it is gone."""

import os
import signal
import sys
import threading
import time

import alarm_judge
import error_name
import execution_timeout
import function_metrics
import known_shape
import ordered_partitions
import policy_conditions
import task_failure
from ministack.app import main


def end_with_parent() -> None:
    # The parent holds the other end of standard input and never writes: reading ends when the parent does.
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os.killpg(0, signal.SIGKILL)


# Each of these ends the start where what it replaces has changed.
known_shape.check_version()
for part in (
    alarm_judge,
    error_name,
    execution_timeout,
    function_metrics,
    ordered_partitions,
    policy_conditions,
    task_failure,
):
    part.install()
threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
