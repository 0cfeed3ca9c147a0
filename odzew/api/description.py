"""The description of the API, OpenAPI 3.1: beside each answer, how it is refused."""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from odzew.api.problems import MEDIA
from odzew.api.shapes import ProblemShape

REFUSED = {
    "description": "Refused, or broken: it says why and what to do next (RFC 9457).",
    "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class Described(NinjaAPI):
    """An API whose description tells of every answer."""

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """Return the description."""
        schema = super().get_openapi_schema(**more)
        schema["components"]["schemas"]["Problem"] = ProblemShape.model_json_schema()
        for methods in schema["paths"].values():
            for operation in methods.values():
                operation["responses"]["default"] = REFUSED
        return schema
