"""The document for those who build dashboards is made from the catalogue, and is the one that travels."""

import json
from pathlib import Path

from shared.asyncapi import asyncapi
from shared.events import CATALOGUE

DOCUMENT = Path(__file__).parents[2] / "docs" / "asyncapi.json"


def test_every_event_of_the_catalogue_is_a_message_on_its_topic() -> None:
    document = asyncapi()
    on_channels = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert on_channels == document["components"]["messages"].keys()
    assert {one["name"] for one in document["components"]["messages"].values()} == CATALOGUE.keys()


def test_every_reference_leads_somewhere() -> None:
    document = asyncapi()
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        target = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]


def test_no_event_has_a_field_for_a_person_or_a_text() -> None:
    forbidden = {"name", "phone", "email", "address", "text", "note", "content", "title"}
    for type_, fact in CATALOGUE.items():
        assert not forbidden & fact.model_fields.keys(), type_


def test_the_document_in_docs_is_fresh() -> None:
    assert json.loads(DOCUMENT.read_text("utf-8")) == asyncapi(), "make asyncapi writes the new one"
