"""The gateway as an ASGI application: models' routes straight through, all others by FastAPI.

The routes that ask a model are dispatched here and not by FastAPI, since a framework's stack would cost each request
more than the rest of the gateway. Both meet the same errors.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from gateway.call import Call, ClientGoneError, read_all
from gateway.callers import refuse_strangers
from gateway.forwarding import OPERATIONS, forward, predict
from gateway.prompting import run_prompt
from gateway.refusal import Refusal
from gateway.routes.described import model_routes
from gateway.routes.feedback import feedback_routes
from gateway.routes.operations import models_route, operations
from gateway.running import Gateway

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Answering = Callable[[Call, bytes], Awaitable[None]]
_LARGEST_SMALL_BODY_BYTES = 65_536
_LOGGER = logging.getLogger("gateway")


class App:
    """Dispatches a request to the routes of models or to FastAPI."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._api = _api(gateway)
        self._forwards: dict[str, Answering] = {path: partial(forward, path=path) for path in OPERATIONS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        call = Call(self._gateway, self._gateway.served, scope, receive, send)
        try:
            refuse_strangers(scope)
            answering = self._answering(scope["path"])
            if answering is None:
                await self._small(scope, receive, send)
            elif scope["method"] != "POST":
                raise Refusal(405, "method_not_allowed", "This address takes POST only.")
            else:
                with self._gateway.admitted():
                    body = await call.read_body()
                    await call.while_connected(answering(call, body))
        except Refusal as refusal:
            if not call.chose_model:
                self._gateway.metrics.refused(refusal.code)
            await call.refuse(refusal)
        except ClientGoneError:
            pass
        except asyncio.CancelledError:
            await call.refuse(Refusal(503, "shutting_down", "The gateway is shutting down.", retry_after_seconds=1))
        except Exception:
            _LOGGER.exception("A request failed inside the gateway.")
            await call.refuse(Refusal(500, "internal_error", "The gateway failed; its log says why."))

    def _answering(self, path: str) -> Answering | None:
        if (found := self._forwards.get(path)) is not None:
            return found
        start, _, rest = path[1:].partition("/")
        room, _, name = rest.partition("/")
        if start != "v1" or not name:
            return None
        if room == "prompts" and "/" not in name:
            return partial(run_prompt, name=name)
        if room == "models" and name.count("/") == 1 and name.endswith("/predict"):
            return partial(predict, name=name.removesuffix("/predict"))
        return None

    async def _small(self, scope: Scope, receive: Receive, send: Send) -> None:
        """FastAPI's routes take small bodies only, read before it is asked."""
        body = b"" if scope["method"] in {"GET", "HEAD"} else await read_all(receive, _LARGEST_SMALL_BODY_BYTES)
        message: Message = {"type": "http.request", "body": body, "more_body": False}

        async def give_once() -> Message:
            nonlocal message
            given, message = message, {"type": "http.disconnect"}
            return given

        await self._api(scope, give_once, send)


def _api(gateway: Gateway) -> ASGIApp:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await gateway.start()
        yield
        await gateway.stop()

    # No documentation page: FastAPI's loads scripts from elsewhere.
    api = FastAPI(title="Gatehouse gateway", docs_url=None, redoc_url=None, lifespan=lifespan)
    for routes in (operations(gateway), models_route(gateway), feedback_routes(gateway)):
        api.include_router(routes)
    whole = api.openapi()
    whole["paths"] |= model_routes()
    api.add_exception_handler(Refusal, _say_refusal)
    api.add_exception_handler(RequestValidationError, _say_invalid)
    api.add_exception_handler(HTTPException, _say_http)
    return api


async def _say_refusal(_: Request, error: Any) -> Response:
    return _response(error)


async def _say_invalid(_: Request, error: Any) -> Response:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return _response(Refusal(422, "invalid_request", f"{place[:100]}: {first['msg']}.", param=place[:100]))


async def _say_http(_: Request, error: Any) -> Response:
    codes = {404: "not_found", 405: "method_not_allowed"}
    return _response(Refusal(error.status_code, codes.get(error.status_code, "invalid_request"), f"{error.detail}."))


def _response(refusal: Refusal) -> Response:
    headers = {name.decode(): value.decode() for name, value in refusal.headers if name != b"content-length"}
    return Response(refusal.body, refusal.status, headers)
