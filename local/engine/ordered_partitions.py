"""Gives a query the items of its page. The engine sorts and judges a whole partition for each query: of a company with
10,000 users, where AWS reads one page, all of them."""

import bisect
import functools
import inspect
import operator
import re

import known_shape
from ministack.services import dynamodb

WHOLE_PARTITION = 'list(table["items"].get(pk_val, {}).values())'
WHOLE_INDEX_PARTITION = "[bucket[pk][sk] for pk, sk in members.get(pk_val, ()) if sk in bucket.get(pk, ())]"
# Kept beside the engine's members of each index: they are forgotten together.
ORDERS = "in the order of their keys"
# The product's key conditions; of any other the engine gets the whole partition as before.
CONDITION = re.compile(
    r"#?\w+ = :\w+(?: AND (?:begins_with\(#?\w+, (?P<beginning>:\w+)\)"
    r"|#?\w+ BETWEEN (?P<low>:\w+) AND (?P<high>:\w+)|#?\w+ <= (?P<most>:\w+)))?"
)
LAST_CHARACTER = "\U0010ffff"
sort_value = operator.itemgetter(0)


def wanted_items(table, index_name, partition, query):
    hashes, names = key_names(table, index_name)
    condition = CONDITION.fullmatch(query.get("KeyConditionExpression", ""))
    is_text = all(dynamodb._get_attr_type(table, name) == "S" for name in names)
    if not condition or not is_text or len(hashes) > 1:
        return items_of(table, index_name, partition)
    order = ordered(table, index_name, names, partition)
    first, last = bounds(order, names, condition, query)
    pk, sk = names.index(table["pk_name"]), names.index(table["sk_name"])
    return found(table, ((keys[pk], keys[sk]) for keys in order[first:last]))


def key_names(table, index_name):
    """What names a partition, and what orders it: the sort key, then the table's keys, which no two items share."""
    index = dynamodb._index_def(table, index_name)
    hashes, ranges = dynamodb._index_key_lists(index) if index else ([table["pk_name"]], [table["sk_name"]])
    return hashes, list(dict.fromkeys([*ranges, table["pk_name"], table["sk_name"]]))


def items_of(table, index_name, partition):
    if not index_name:
        return list(table["items"].get(partition, {}).values())
    return found(table, dynamodb._index_members(table)[index_name].get(partition, ()))


def found(table, keys):
    """The items that are still there: the engine takes the expired away at the same time."""
    items = table["items"]
    return [items[pk][sk] for pk, sk in keys if sk in items.get(pk, ())]


def ordered(table, index_name, names, partition):
    orders = dynamodb._index_members(table).setdefault(ORDERS, {})
    if (index_name, partition) not in orders:
        orders[index_name, partition] = sorted(keys_of(item, names) for item in items_of(table, index_name, partition))
    return orders[index_name, partition]


def keys_of(item, names):
    return tuple(item[name]["S"] for name in names)


def bounds(order, names, condition, query):
    """Where in the order the page begins and ends."""
    first, last = 0, len(order)
    values = query["ExpressionAttributeValues"]
    beginning, low, high, most = (values.get(name, {}).get("S") for name in condition.groups())
    if beginning is not None:
        low, high = beginning, beginning + LAST_CHARACTER
    if most is not None:
        low, high = "", most
    if high is not None:
        first = bisect.bisect_left(order, low, key=sort_value)
        last = bisect.bisect_right(order, high, key=sort_value)
    forward, after, limit = query.get("ScanIndexForward", True), query.get("ExclusiveStartKey"), query.get("Limit")
    if after and forward:
        first = max(first, bisect.bisect_right(order, keys_of(after, names)))
    elif after:
        last = min(last, bisect.bisect_left(order, keys_of(after, names)))
    if limit is not None and forward:
        last = min(last, first + limit)
    elif limit is not None:
        first = max(first, last - limit)
    return first, last


@known_shape.replaces(dynamodb, "_index_item", "72c4575bce2764be")
def index_item(engine_index_item, table, base_pk, base_sk, item, add):
    """Keeps the orders that somebody has read, as the engine keeps the members of its indexes."""
    engine_index_item(table, base_pk, base_sk, item, add)
    orders = table.get(dynamodb._INDEX_MEMBERS, {}).get(ORDERS, {})
    if not orders:
        return
    for index_name in [None, *(name for name, _, _ in dynamodb._index_key_schemas(table))]:
        hashes, names = key_names(table, index_name)
        order = orders.get((index_name, dynamodb._index_partition(item, hashes, names)))
        if order is None:
            continue
        keys = keys_of(item, names)
        place = bisect.bisect_left(order, keys)
        if add:
            order.insert(place, keys)
        else:
            del order[place]


known_shape.check(dynamodb._query, "50c2e7ec69e93ea3")
source = inspect.getsource(dynamodb._query)
for whole in (WHOLE_PARTITION, WHOLE_INDEX_PARTITION):
    source = source.replace(whole, "wanted_items(table, index_name, pk_val, data)")
dynamodb.wanted_items = wanted_items
exec(source, dynamodb.__dict__)
# Expressions come again and again, and are read anew for each item that is judged.
dynamodb._tokenize = functools.cache(dynamodb._tokenize)
dynamodb._condition_syntax_error = functools.cache(dynamodb._condition_syntax_error)
