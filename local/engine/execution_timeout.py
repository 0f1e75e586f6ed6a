"""Ends an execution that runs longer than its state machine allows, and lets what has ended be: the engine knows no
time-out of a whole execution, and fails one again that was stopped when the task it waited for fails."""

import contextvars
import json
import threading

from known_shape import replaces
from ministack.services import stepfunctions


@replaces(stepfunctions, "_run_execution", "996dff84e0e0605a")
def run(engine_run, execution_arn):
    execution = stepfunctions._executions.get(execution_arn)
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"]) if execution else None
    seconds = json.loads(machine["definition"]).get("TimeoutSeconds") if machine else None
    if seconds is None:
        return engine_run(execution_arn)
    timer = threading.Timer(seconds, contextvars.copy_context().run, (time_out, execution))
    timer.daemon = True
    timer.start()
    try:
        engine_run(execution_arn)
    finally:
        timer.cancel()


def time_out(execution):
    if execution["status"] != "RUNNING":
        return
    execution.update(status="TIMED_OUT", stopDate=stepfunctions.now_iso())
    stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    stepfunctions._emit_execution_status_event(execution)


@replaces(stepfunctions, "_fail_execution", "e6da895fa0b74cdd")
def fail(engine_fail, execution, error, cause):
    if execution["status"] == "RUNNING":
        engine_fail(execution, error, cause)
