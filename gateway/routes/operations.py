"""For operators: health, what is served, reload, statistics, metrics and the page."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response

from gateway.config import ConfigError
from gateway.live.reader import StatsReader
from gateway.live.report import WINDOWS_SECONDS
from gateway.page.document import content_security_policy, page
from gateway.refusal import Refusal
from gateway.running import Gateway
from gateway.served import Served

_HEALTH_SECONDS = 2.0


def operations(gateway: Gateway) -> APIRouter:
    """The routes of one gateway."""
    routes = APIRouter(tags=["operations"])
    reader = StatsReader(gateway)

    @routes.get("/-/health")
    async def health() -> dict[str, str]:
        """Whether the gateway answers; says nothing of the models behind it."""
        return {"status": "ok"}

    @routes.get("/-/served")
    async def served() -> dict[str, Any]:
        """What is served, by name and digest, and which models are healthy."""
        now = gateway.served
        endpoints = list(now.endpoints.values())
        health = await asyncio.gather(*(gateway.upstream.is_healthy(one, _HEALTH_SECONDS) for one in endpoints))
        models = {
            one.name: {"digest": one.digest, "url": one.url, "license": one.license, "healthy": healthy}
            for one, healthy in zip(endpoints, health, strict=True)
        }
        return {"stack": now.stack, "digest": now.digest, "prompts": _prompts(now), "models": models}

    @routes.post("/-/reload")
    async def reload() -> dict[str, Any]:
        """Read the file again. A file that cannot be served is refused, and the old state stays."""
        try:
            changed = await gateway.reload()
        except ConfigError as error:
            raise Refusal(422, "invalid_config", f"The old configuration stays. {error}") from None
        return {"digest": gateway.served.digest, "changed": changed}

    @routes.get("/-/stats")
    async def stats(window: int = Query(default=3_600, description="Seconds back from now.")) -> dict[str, Any]:
        """What the page shows."""
        if window not in WINDOWS_SECONDS:
            raise Refusal(422, "invalid_request", f"'window' is one of {WINDOWS_SECONDS}.", param="window")
        return await reader.read(window)

    @routes.get("/metrics", response_class=Response)
    async def metrics() -> Response:
        """Prometheus' text format."""
        return Response(gateway.metrics.exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")

    @routes.get("/", include_in_schema=False)
    async def index() -> Response:
        return Response(
            page(),
            media_type="text/html; charset=utf-8",
            headers={
                "content-security-policy": content_security_policy(),
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
                "cache-control": "no-store",
            },
        )

    return routes


def models_route(gateway: Gateway) -> APIRouter:
    """`GET /v1/models`, as OpenAI's clients ask it."""
    routes = APIRouter(tags=["models"])

    @routes.get("/v1/models")
    async def models() -> JSONResponse:
        """The models that are served."""
        now = gateway.served
        listed = [{"id": name, "object": "model", "created": 0, "owned_by": now.stack} for name in now.endpoints]
        return JSONResponse({"object": "list", "data": listed})

    return routes


def _prompts(served: Served) -> dict[str, Any]:
    return {
        name: {
            "live": prompt.live,
            "shares": dict(prompt.shares),
            "variants": {variant: one.variant.digest for variant, one in prompt.variants.items()},
        }
        for name, prompt in served.prompts.items()
    }
