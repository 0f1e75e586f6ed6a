"""Judges conditions of policies as AWS does in two things. A variable, `${aws:username}`, is that key of the request: the
engine compares the text as it stands, which nobody meets. And `aws:PrincipalArn` of a session is its role's ARN: the
engine has the session's own."""

import re

from known_shape import replaces
from ministack.core import iam_evaluator
from ministack.services import iam

VARIABLE = re.compile(r"\$\{([^${}]+)\}")


@replaces(iam_evaluator, "_conditions_met", "15b4c24a03e3ff17")
def conditions_met(engine_conditions_met, conditions, context):
    return engine_conditions_met(filled_in(conditions, context), context)


def filled_in(conditions, context):
    return {
        operator: {key: values_of(expected, context) for key, expected in keys.items()}
        for operator, keys in (conditions or {}).items()
    }


def values_of(expected, context):
    if not isinstance(expected, (str, list)):
        return expected
    values = [expected] if isinstance(expected, str) else expected
    found = [value_of(str(value), context) for value in values]
    # A value with a variable that the request does not have meets nothing.
    return [value for value in found if value is not None]


def value_of(value, context):
    known = {name: iam_evaluator._resolve_condition_key(name, context) for name in VARIABLE.findall(value)}
    if not all(isinstance(each, str) for each in known.values()):
        return None
    return VARIABLE.sub(lambda match: known[match[1]], value)


@replaces(iam_evaluator, "_resolve_condition_key", "15e26964cd38f32c")
def resolve(engine_resolve, key, context):
    found = engine_resolve(key, context)
    if key.lower() != "aws:principalarn" or ":assumed-role/" not in found:
        return found
    role = iam._roles.get_scoped(context.principal_account, None, iam_evaluator._role_name_from_assumed_arn(found))
    return role["Arn"] if role else found
