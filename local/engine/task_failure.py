"""Fails a task that waits for its token when its function fails, as AWS does: the engine passes over the failure and
waits for an answer until the task's time-out."""

import contextvars

import known_shape
from ministack.services import stepfunctions

engine_invoke = stepfunctions._invoke_with_callback
engine_call = stepfunctions._call_lambda

waiting_task = contextvars.ContextVar("waiting_task", default=None)


def invoke(resource, input_data, token, state_def):
    mark = waiting_task.set(token)
    try:
        return engine_invoke(resource, input_data, token, state_def)
    finally:
        waiting_task.reset(mark)


def call(func_ref, event):
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


def install():
    known_shape.check(engine_invoke, "bbb38423156a0d3d")
    known_shape.check(engine_call, "25830369b12636da")
    stepfunctions._invoke_with_callback = invoke
    stepfunctions._call_lambda = call
