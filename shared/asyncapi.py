"""The AsyncAPI 3 document, made from the catalogue: what travels on the topics, for those who build dashboards.

``python -m shared.asyncapi`` prints it (``make asyncapi`` writes it to ``docs/asyncapi.json``).
"""

import json
import sys
from functools import cache
from typing import Any

from shared.events import CATALOGUE, PUBLISHERS, TOPICS


def _name(type_: str) -> str:
    return type_.replace(".", "-")


def _message(type_: str) -> dict[str, Any]:
    fact = CATALOGUE[type_]
    return {
        "name": type_,
        "title": fact.__name__,
        "summary": " ".join((fact.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_sequence"],
            "properties": {
                "ce_specversion": {"const": "1.0"},
                "ce_id": {"type": "string", "description": "unique per source"},
                "ce_source": {"type": "string", "enum": [f"/{one}" for one in PUBLISHERS[type_]]},
                "ce_type": {"const": type_},
                "ce_subject": {"type": "string", "description": "the complaint's id; the key of the message too"},
                "ce_time": {"type": "string", "format": "date-time"},
                "ce_sequence": {"type": "string", "description": "gap-free per source and subject, from 1"},
            },
        },
        "payload": fact.model_json_schema(ref_template="#/components/schemas/{model}"),
    }


@cache
def asyncapi() -> dict[str, Any]:
    """Return the document: one channel per topic, one message per type of event."""
    messages: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {}
    for type_ in CATALOGUE:
        message = _message(type_)
        schemas |= message["payload"].pop("$defs", {})
        messages[_name(type_)] = message
    channels = {
        topic: {
            "address": topic,
            "messages": {
                _name(type_): {"$ref": f"#/components/messages/{_name(type_)}"}
                for type_, fact in CATALOGUE.items()
                if fact.topic == topic
            },
        }
        for topic in TOPICS
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Redress: complaint lifecycle events",
            "version": "1",
            "description": "CloudEvents 1.0 over Kafka, binary mode. Ids, codes and times only: no person, no text.",
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": {
            f"receive-{topic}": {"action": "receive", "channel": {"$ref": f"#/channels/{topic}"}}
            for topic, channel in channels.items()
            if channel["messages"]
        },
        "components": {"messages": messages, "schemas": schemas},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncapi(), ensure_ascii=False, indent=2) + "\n")
