"""Asks the engine's own query and the one in its place the same, at random, while items come, change and go."""

import copy
import json
import random

from ministack.services import dynamodb

engine_query = dynamodb._query
import ordered_partitions

TABLE = "people"
NAMES = ["ana", "anabel", "andrés", "beatriz", "ñandú", "zoé", "\U0001f600", "a"]
# The last is of no form that the part knows: it leaves the whole partition to the engine.
CONDITIONS = ["", "begins_with({}, :low)", "{} BETWEEN :low AND :high", "{} <= :high", "{} > :low"]

text = lambda value: {"S": value}
key = lambda name, kind: {"AttributeName": name, "KeyType": kind}


def write():
    identity = {"pk": text(random.choice("AB")), "sk": text(random.choice(NAMES) + random.choice("123"))}
    listed = {"listPk": text(random.choice("XY")), "listSk": text(random.choice(NAMES))}
    number = {"age": {"N": str(random.randrange(9))}}
    if random.random() < 0.3:
        return dynamodb._delete_item({"TableName": TABLE, "Key": identity})
    return dynamodb._put_item({"TableName": TABLE, "Item": identity | number | random.choice([{}, listed])})


def make_query():
    partition, sort, index = random.choice([("pk", "sk", {}), ("listPk", "listSk", {"IndexName": "list"})])
    condition = random.choice(CONDITIONS).format(sort)
    low, high = sorted(random.choices(NAMES, k=2))
    values = {":low": text(low), ":high": text(high), ":number": {"N": "3"}}
    query = {
        "TableName": TABLE,
        "KeyConditionExpression": f"{partition} = :partition" + (f" AND {condition}" if condition else ""),
        "ScanIndexForward": random.choice([True, False]),
        **index,
        **random.choice([{}, {"Limit": random.randrange(1, 5)}]),
        **random.choice([{}, {"FilterExpression": "age > :number"}]),
    }
    said = query["KeyConditionExpression"] + query.get("FilterExpression", "")
    used = {name: value for name, value in values.items() if name in said}
    wanted = text(random.choice("AB" if partition == "pk" else "XY"))
    return query | {"ExpressionAttributeValues": {":partition": wanted, **used}}


def ask(query, request):
    status, _, body = query(copy.deepcopy(request))
    if status != 200:
        raise SystemExit(f"{request} is refused: {body}")
    return json.loads(body)


schema = {"KeySchema": [key("pk", "HASH"), key("sk", "RANGE")], "BillingMode": "PAY_PER_REQUEST"}
index = {"IndexName": "list", "KeySchema": [key("listPk", "HASH"), key("listSk", "RANGE")]}
dynamodb._create_table(
    schema
    | {
        "TableName": TABLE,
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "listPk", "listSk")
        ],
        "GlobalSecondaryIndexes": [index | {"Projection": {"ProjectionType": "KEYS_ONLY"}}],
    }
)
pages = 0
for turn in range(2000):
    write()
    request = make_query()
    while request:
        first, second = ask(engine_query, request), ask(dynamodb._query, request)
        if first != second:
            raise SystemExit(f"{request}: {first} and {second}")
        pages += len(first["Items"]) > 0
        last = first.get("LastEvaluatedKey")
        request = request | {"ExclusiveStartKey": last} if last else None
print(pages)
