"""Makes calls of the engine with its parts, one a line of standard input, and prints the answer to each. ENDPOINT_ARN in a
call is the phone's endpoint that was made last."""

import asyncio
import json
import re
import sys

import dynamodb_rules
import platform_endpoints
from ministack.services import dynamodb, sns

endpoint = ""
for line in sys.stdin:
    call = json.loads(line)
    service = {"dynamodb": dynamodb, "sns": sns}[call["service"]]
    headers = {"x-amz-target": f"DynamoDB_20120810.{call['operation']}"}
    request = call["body"].replace("ENDPOINT_ARN", endpoint).encode()
    status, _, answer = asyncio.run(service.handle_request("POST", "/", headers, request, {}))
    made = re.search("<EndpointArn>(.*?)</EndpointArn>", answer.decode())
    endpoint = made[1] if made else endpoint
    print(json.dumps({"status": status, "body": answer.decode()}))
