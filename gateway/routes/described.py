"""The routes of models for `/openapi.json`: they are dispatched before FastAPI, which so knows nothing of them."""

from __future__ import annotations

from typing import Any

_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}
_GENERATE = {
    "type": "object",
    "required": ["model"],
    "properties": {"model": _TEXT, "stream": _FLAG, "user": {**_TEXT, "description": "Kept only as a salted hash."}},
    "additionalProperties": True,
}
_RUN = {
    "type": "object",
    "required": ["inputs"],
    "properties": {
        "inputs": {"type": "object", "description": "A value for each input of the prompt."},
        "user": {**_TEXT, "description": "Keeps this user with one variant; X-User-Key says the same."},
        "variant": {**_TEXT, "description": "Asks for this variant instead of a share."},
        "stream": _FLAG,
    },
    "additionalProperties": False,
}
_PREDICT = {"type": "object", "required": ["inputs"], "properties": {"inputs": {"type": "array"}}}


def model_routes() -> dict[str, Any]:
    """The `paths` of these routes, as OpenAPI has them."""
    return {
        "/v1/chat/completions": _post("Chat with a model, as OpenAI's clients do", _GENERATE),
        "/v1/completions": _post("Complete a text, as OpenAI's clients do", _GENERATE),
        "/v1/prompts/{name}": _post("Run a named prompt", _RUN, "name"),
        "/v1/models/{name}/predict": _post("Ask a tabular model", _PREDICT, "name"),
    }


def _post(summary: str, body: dict[str, Any], *parameters: str) -> dict[str, Any]:
    told = {"description": "The answer; JSON, or server-sent events if `stream` is true"}
    refused = {"description": "An error in OpenAI's shape"}
    return {
        "post": {
            "tags": ["models"],
            "summary": summary,
            "parameters": [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in parameters],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {"200": told, "default": refused},
        }
    }
