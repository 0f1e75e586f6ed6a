"""Counts every invocation of a function. The engine counts those of its Invoke API alone: none by the workflow, the
schedule, a stream or the gateway."""

import time

from known_shape import replaces
from ministack.services import cloudwatch, lambda_svc


@replaces(lambda_svc, "_execute_function_dispatch", "f62cd259213ecef7")
def dispatch(engine_dispatch, func, config, event, request_id, started):
    result = engine_dispatch(func, config, event, request_id, started)
    failed = 1 if isinstance(result, dict) and result.get("error") else 0
    record(config["FunctionName"], Invocations=1, Errors=failed, Throttles=0)
    duration_ms = (time.time() - started) * 1000
    cloudwatch.record_metric(
        "AWS/Lambda", "Duration", duration_ms, "Milliseconds", {"FunctionName": config["FunctionName"]}
    )
    return result


@replaces(lambda_svc, "_emit_lambda_metrics", "3b6689d77cf6f1e4")
def count_throttle(_, function_name, duration_ms, error, throttle):
    """In place of the engine's own counting, of which only this is not counted here."""
    if throttle:
        record(function_name, Throttles=1)


def record(function_name, **counts):
    for name, value in counts.items():
        cloudwatch.record_metric("AWS/Lambda", name, value, "Count", {"FunctionName": function_name})
