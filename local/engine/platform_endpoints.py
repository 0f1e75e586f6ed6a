"""Refuses what SNS refuses of phones and the engine does not: a publish to an endpoint that was deleted or disabled, or is
of a disabled application, and a token that is not of its platform's form."""

import re

from known_shape import replaces
from ministack.services import sns

ENDPOINT = re.compile(r".+:(?:endpoint|app)/[^/]+/[^/]+/[^/]+")
IOS = (re.compile(r"[0-9A-Fa-f]{1,400}"), "iOS device tokens must be no more than 400 hexadecimal characters")
ANDROID = (re.compile(r".{1,8192}", re.DOTALL), "must be at most 8192 bytes long in UTF-8 encoding")
TOKENS = {"APNS": IOS, "APNS_SANDBOX": IOS, "GCM": ANDROID}


@replaces(sns, "_publish", "df41cb2faa099b60")
def publish(engine_publish, params):
    arn = sns._p(params, "TargetArn")
    endpoint = sns._platform_endpoints.get(arn)
    if not ENDPOINT.fullmatch(arn):
        return engine_publish(params)
    if endpoint is None:
        return refuse("TargetArn", "No endpoint found for the target arn specified")
    if endpoint["attributes"].get("Enabled") == "false":
        return sns._error("EndpointDisabled", "Endpoint is disabled", 400)
    application = sns._platform_applications.get(endpoint["application_arn"])
    if application and application["attributes"].get("Enabled") == "false":
        return sns._error("PlatformApplicationDisabled", "The platform application is disabled", 400)
    return engine_publish(params)


@replaces(sns, "_create_platform_endpoint", "04f14c3aa597c621")
@replaces(sns, "_set_endpoint_attributes", "7762a77737ab7160")
def check_token(engine_call, params):
    """Judges the device's token that a call gives, itself or among its attributes."""
    attributes = {sns._p(params, name): sns._p(params, name.removesuffix("key") + "value") for name in params}
    token = sns._p(params, "Token", attributes.get("Token"))
    arn = sns._p(params, "PlatformApplicationArn") or sns._p(params, "EndpointArn")
    form, fault = TOKENS.get(next(iter(arn.split("/")[1:]), ""), (None, ""))
    if token is None or form is None or form.fullmatch(token):
        return engine_call(params)
    return refuse("Token", fault)


def refuse(parameter, reason):
    return sns._error("InvalidParameter", f"Invalid parameter: {parameter} Reason: {reason}", 400)
