"""The routes of the control interface together: requests, the stream of events, the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

import sandbox.control
from sandbox.botapi.limits import Limits
from sandbox.chats import Chats
from sandbox.control.accounts import AccountRequests
from sandbox.control.channels import ChannelRequests
from sandbox.control.people import PeopleRequests
from sandbox.control.posts import shown
from sandbox.control.reading import MistakeError
from sandbox.events import Changed, Deleted, Edited, Event, Posted, Reacted, Viewed
from sandbox.faults import Faults
from sandbox.mtproto.server import Server
from sandbox.world import World

PAGE = Path(__file__).parent.parent / "page"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Adds the routes to an application; `close()` ends the streams that are open."""

    def __init__(self, world: World, chats: Chats, faults: Faults, mtproto: Server, limits: Limits) -> None:
        people, accounts = PeopleRequests(chats, world), AccountRequests(world, faults, mtproto, limits)
        self._routes = [*ChannelRequests(world).routes(), *people.routes(), *accounts.routes()]
        self._streams: set[asyncio.Queue[dict[str, Any] | None]] = set()
        world.subscribe(self._on_event)
        chats.subscribe(lambda kind, detail: self._broadcast({"event": kind, **detail}))

    def add_routes(self, application: web.Application) -> None:
        """`/control/…` and the page."""
        application.middlewares.append(_explain_mistakes)
        own = [web.get("/control", _manual), web.get("/control/events", self._stream), web.get("/", _page)]
        application.router.add_routes([*self._routes, *own])
        application.router.add_static("/page", PAGE)

    def close(self) -> None:
        """End every stream."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        stream: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._streams.add(stream)
        try:
            await response.prepare(request)
            await response.write(b": listening\n\n")
            while (event := await stream.get()) is not None:
                await response.write(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())
        except ConnectionError:
            return response
        finally:
            self._streams.discard(stream)
        return response

    def _on_event(self, event: Event) -> None:
        match event:
            case Posted(channel, post):
                self._broadcast({"event": "post", **shown(channel, post)})
            case Edited(channel, post):
                self._broadcast({"event": "edit", **shown(channel, post)})
            case Viewed(channel, post) | Reacted(channel, post):
                self._broadcast({"event": "view", **shown(channel, post)})
            case Changed(channel):
                self._broadcast({"event": "channel", "channel": channel.username, "title": channel.title})
            case Deleted(channel, ids):
                self._broadcast({"event": "delete", "channel": channel.username, "ids": list(ids)})

    def _broadcast(self, event: dict[str, Any]) -> None:
        for stream in self._streams:
            stream.put_nowait(event)


async def _manual(_request: web.Request) -> web.Response:
    return web.Response(text=sandbox.control.__doc__ or "")


async def _page(_request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


@web.middleware
async def _explain_mistakes(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except MistakeError as mistake:
        return web.json_response({"error": str(mistake)}, status=400)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as unknown:
        if not request.path.startswith("/control"):
            raise
        error = f"There is no {request.method} {request.path}: GET /control lists what there is."
        return web.json_response({"error": error}, status=unknown.status)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        if not request.path.startswith("/control"):
            raise
        return web.json_response({"error": f"This request cannot be understood: {error}."}, status=400)
