# MiniStack evaluates the conditions of policies, and does not know the key `dynamodb:LeadingKeys`: the partition keys
# of a request. With this file in PYTHONPATH the key is part of every request to a table, so the emulator enforces the
# conditions of the roles as AWS does.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
import json
import re

from ministack.core import iam_actions

PARTITION_KEYS = ("pk", "listName", "dueBucket")
EQUALS = re.compile(r"([#\w]+)\s*=\s*(:\w+)")
plain = iam_actions.dynamodb_service_context


def leading_keys(body):
    asked = json.loads(body or b"{}")
    item = asked.get("Key") or asked.get("Item")
    if item is not None:
        return [text(item.get("pk"))]
    names = asked.get("ExpressionAttributeNames", {})
    values = asked.get("ExpressionAttributeValues", {})
    found = EQUALS.findall(asked.get("KeyConditionExpression", ""))
    return [text(values.get(value)) for name, value in found if names.get(name, name) in PARTITION_KEYS]


def text(value):
    return str(next(iter((value or {}).values()), ""))


def dynamodb_service_context(body):
    return {**plain(body), "dynamodb:LeadingKeys": leading_keys(body)}


iam_actions.dynamodb_service_context = dynamodb_service_context
