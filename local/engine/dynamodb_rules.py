"""Refuses requests that DynamoDB does not take and the engine does: expressions with too many operators or operands,
updates of overlapping paths, filters on keys, whole items of an index that has not all, and long keys of indexes."""

from itertools import pairwise

from known_shape import replaces
from ministack.services import dynamodb

MOST_OPERATORS = 300
MOST_OPERANDS = 100
MOST_KEY_BYTES = (2048, 1024)
SIGNS = ("EQ", "NE", "LT", "LE", "GT", "GE", "PLUS", "MINUS")
CLAUSES = ("SET", "REMOVE", "ADD", "DELETE")
COMMA = ("COMMA", ",")
INVALID = "One or more parameter values were invalid:"


@replaces(dynamodb, "_validate_expression_attrs", "5fa9b4350cde095f")
def check(engine_check, request, fields, *wording):
    error = engine_check(request, fields, *wording)
    message = None if error else find_fault(request, fields)
    return dynamodb.error_response_json("ValidationException", message, 400) if message else error


def find_fault(request, fields):
    expressions = {field: dynamodb._tokenize(request[field]) for field in fields if request.get(field)}
    names = request.get("ExpressionAttributeNames") or {}
    for field in ("UpdateExpression", "ConditionExpression", "FilterExpression"):
        tokens = expressions.get(field, [])
        fault = count_fault(tokens, field) or (field == "UpdateExpression" and find_overlap(tokens, names))
        if fault:
            return f"Invalid {field}: {fault}"
    if request.get("Select") == "ALL_ATTRIBUTES" or "KeyConditionExpression" in fields:
        return find_index_fault(request, expressions.get("FilterExpression", []), names)
    return None


def count_fault(tokens, field):
    """Counts operators and functions, and the operands of each IN. An update's assignment is no operator."""
    operators = 0
    for place, ((kind, text), (following, _)) in enumerate(pairwise(tokens)):
        word = text.upper() if kind == "IDENT" else ""
        is_assignment = kind == "EQ" and field == "UpdateExpression"
        is_operator = word in ("AND", "OR", "NOT", "IN") or kind in SIGNS and not is_assignment
        # The AND of a BETWEEN is counted for both.
        operators += is_operator or (kind == "IDENT" and following == "LPAREN")
        if word == "IN":
            end = dynamodb._find_matching_paren(tokens, place + 1)
            operands = len(dynamodb._split_by_comma(tokens[place + 2 : end]))
            if operands > MOST_OPERANDS:
                return f"The IN operator is provided with too many operands; number of operands: {operands}"
    if operators > MOST_OPERATORS:
        return f"The expression contains too many operators; operator count: {MOST_OPERATORS + 1}"
    return None


def find_overlap(tokens, names):
    parts = dynamodb._split_by_comma([COMMA if text.upper() in CLAUSES else (kind, text) for kind, text in tokens[:-1]])
    paths = [dynamodb._parse_path_from_tokens(part, names) for part in parts]
    for later, two in enumerate(paths):
        for one in paths[:later]:
            if one[: len(two)] == two[: len(one)]:
                what = "Two document paths overlap with each other; must remove or rewrite one of these paths"
                return f"{what}; path one: {shown(one)}, path two: {shown(two)}"
    return None


def shown(path):
    return f"[{', '.join(part if isinstance(part, str) else f'[{part}]' for part in path)}]"


def find_index_fault(request, filter_tokens, names):
    table = dynamodb._tables.get(dynamodb._normalize_table_name(request["TableName"]))
    name = request.get("IndexName")
    index = dynamodb._index_def(table, name)
    is_partial = index and index in table["GlobalSecondaryIndexes"] and index["Projection"]["ProjectionType"] != "ALL"
    if request.get("Select") == "ALL_ATTRIBUTES" and is_partial:
        what = f"Select type ALL_ATTRIBUTES is not supported for global secondary index {name}"
        return f"{INVALID} {what} because its projection type is not ALL"
    if not request.get("KeyConditionExpression"):
        return None  # A scan may filter on keys.
    named = [
        names.get(text, text)
        for (before, _), (kind, text) in pairwise([COMMA, *filter_tokens])
        if kind in ("IDENT", "NAME_REF") and before != "DOT"
    ]
    for key in (index or table)["KeySchema"]:
        if key["AttributeName"] in named:
            what = "Filter Expression can only contain non-primary key attributes: Primary key attribute"
            return f"{what}: {key['AttributeName']}"
    return None


@replaces(dynamodb, "_index_key_empty_reason", "3f82d74e956139e6")
def check_index_keys(engine_check, table, item, **options):
    reason = engine_check(table, item, **options)
    if reason:
        return reason
    for index, *keys in dynamodb._index_key_schemas(table):
        for most, names in zip(MOST_KEY_BYTES, keys):
            for name in names:
                size = dynamodb._attribute_value_size(item.get(name))
                if size > most:
                    what = f"Size limit exceeded for Index Key {name} Actual Size: {size} bytes Max Size: {most} bytes"
                    return f"{INVALID} {what} IndexName: {index}"
    return None
