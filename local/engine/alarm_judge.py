"""Judges alarms as CloudWatch does. The engine's own judgement takes every point of that name whatever its dimensions,
takes all periods for one, and leaves an alarm as it is where data are missing."""

import operator
import time

from known_shape import replaces
from ministack.services import cloudwatch

COMPARISONS = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanOrEqualToThreshold": operator.le,
    "LessThanThreshold": operator.lt,
}


@replaces(cloudwatch, "_evaluate_alarm", "a0b0acd3d432b711")
def judge(_, alarm):
    """Sets the state of an alarm on one metric by its last periods, each ending a whole number of periods ago."""
    if not alarm.get("MetricName"):
        return
    breaches = [is_breaching(alarm, points) for points in last_periods(alarm)]
    known = [breach for breach in breaches if breach is not None]
    missing = alarm["TreatMissingData"]
    if missing in ("breaching", "notBreaching"):
        known = [missing == "breaching" if breach is None else breach for breach in breaches]
    if not known:
        return None if missing == "ignore" else change_state(alarm, "INSUFFICIENT_DATA", "no data points were received")

    needed = alarm.get("DatapointsToAlarm") or alarm["EvaluationPeriods"]
    # Of an alarm that does not say how to take missing data, what is known decides.
    fires = sum(known) >= min(needed, len(known))
    change_state(alarm, "ALARM" if fires else "OK", f"{sum(known)} of the last {len(breaches)} periods breached")


def last_periods(alarm):
    dimensions = cloudwatch._dims_from_list(alarm.get("Dimensions") or [])
    key = (alarm["Namespace"], alarm["MetricName"], cloudwatch._dims_key(dimensions))
    points = cloudwatch._metrics.get(key) or []
    now = time.time()
    periods = [[] for _ in range(alarm["EvaluationPeriods"])]
    for point in points:
        ago = int((now - point["Timestamp"]) // alarm["Period"])
        if 0 <= ago < len(periods) and alarm.get("Unit") in (None, point["Unit"]):
            periods[ago].append(point)
    return periods


def is_breaching(alarm, points):
    """Whether the statistic of a period's points breaches; None where there is none."""
    if not points:
        return None
    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return None if value is None else COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])


def change_state(alarm, state, reason):
    if alarm["StateValue"] == state:
        return
    change = {"AlarmName": alarm["AlarmName"], "StateValue": state, "StateReason": reason}
    cloudwatch._set_alarm_state({}, change, False, True)
