"""Tells whoever runs a Node function the name of the error that it threw, as AWS does: the engine gives every error the
same name, so that no retrier of the workflow finds the one that it names."""

import contextvars

from known_shape import replaces
from ministack.core import lambda_runtime
from ministack.services import lambda_svc

# The worker's answers to a failed run: of a handler that threw later, and of one that threw at once.
ANSWERS = {
    'trace: err.stack || ""': "errorType: err.name",
    "trace: e.stack": "errorType: e.name",
}

thrown = contextvars.ContextVar("thrown", default=None)

for answer, name in ANSWERS.items():
    if lambda_runtime._NODEJS_WORKER_SCRIPT.count(answer) != 1:
        raise SystemExit(f"local/engine adds to the worker's {answer}, which has changed")
    script = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(answer, f"{answer}, {name}")
    lambda_runtime._NODEJS_WORKER_SCRIPT = script


@replaces(lambda_runtime.Worker, "invoke", "96751a75471021ec")
def invoke(engine_invoke, worker, *args, **options):
    response = engine_invoke(worker, *args, **options)
    thrown.set(response.get("errorType"))
    return response


@replaces(lambda_svc, "_execute_function_warm", "62b9218bef5b948a")
def execute(engine_execute, func, event, request_id):
    thrown.set(None)
    result = engine_execute(func, event, request_id)
    name = thrown.get()
    if name and result.get("error"):
        result["body"]["errorType"] = name
    return result
