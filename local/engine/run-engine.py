"""Runs the engine, and ends it with every worker it started when the process that started it is gone."""

import os
import signal
import sys
import threading
import time

import known_shape

known_shape.check_version()

# Each of these puts parts in the place of the engine's functions, and ends the start where they have changed.
import alarm_judge
import dynamodb_rules
import error_name
import execution_timeout
import function_metrics
import ordered_partitions
import platform_endpoints
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


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = ["ministack"]
main()
