"""Fails a task that waits for its token when its function fails, as AWS does: the engine passes over the failure and
waits for an answer until the task's time-out."""

import contextvars

from known_shape import replaces
from ministack.services import stepfunctions

waiting_task = contextvars.ContextVar("waiting_task", default=None)


@replaces(stepfunctions, "_invoke_with_callback", "bbb38423156a0d3d")
def invoke(engine_invoke, resource, input_data, token, state_def):
    mark = waiting_task.set(token)
    try:
        return engine_invoke(resource, input_data, token, state_def)
    finally:
        waiting_task.reset(mark)


@replaces(stepfunctions, "_call_lambda", "25830369b12636da")
def call(engine_call, func_ref, event):
    try:
        return engine_call(func_ref, event)
    except stepfunctions._ExecutionError as failure:
        fail(stepfunctions._task_tokens.get(waiting_task.get()), failure)
        raise


def fail(task, failure):
    # A task that was answered already keeps its answer.
    if task and not task["event"].is_set():
        task["error"] = {"Error": failure.error, "Cause": failure.cause}
        task["event"].set()
