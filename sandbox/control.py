"""The control interface: what a test, the demo or the page does to the world from outside, over HTTP on loopback.

    POST   /control/channels                {"username", "title", "noforwards"?}
    POST   /control/posts                   {"channel", "text", "entities"?, "id"?, "date"?, "grouped_id"?, "media"?: kind,
                                             "forward"?: {"channel", "id"}}
    PATCH  /control/posts/{channel}/{id}    {"text", "entities"?}
    DELETE /control/posts/{channel}/{id}
    POST   /control/people                  {"name", "username"?, "language_code"?}           → {"id"}
    POST   /control/say                     {"name", "text"}                                  → the message
    POST   /control/press                   {"name", "message_id", "data"}
    POST   /control/block                   {"name", "blocked"}
    POST   /control/share                   {"name", "channel"}: answers the button that asks for a channel → the message
    POST   /control/faults                  {"kind", "method"?, "times"?, "probability"?, …detail}; DELETE forgets them
    GET    /control/chats/{name}            a person's chat with the bot: {"messages": […], "keyboard": reply keyboard or null}
    GET    /control/chats/{name}/messages   its messages
    GET    /control/world                   channels with their newest posts
    GET    /control/story                   the demo's story: {"channels": […], "events": […]}
    GET    /control/events                  server-sent events: {"event": "post" | "edit" | "delete" | "message" | "edited" | …, …}

Answers are JSON; a mistake is answered 400 with {"error"}.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.chats import Chats
from sandbox.events import Deleted, Edited, Event, Posted
from sandbox.faults import Faults
from sandbox.membership import block, share_channel
from sandbox.world import Channel, Media, Post, World

PAGE = Path(__file__).parent / "page"
STORY = Path(__file__).parent / "story"
NEWEST = 50
PIXEL = bytes.fromhex(
    "ffd8ffe000104a46494600010100000100010000ffdb004300080606070605080707070909080a0c140d0c0b0b0c1912130f141d1a1f1e1d1a1c1c"
    "20242e2720222c231c1c2837292c30313434341f27393d38323c2e333432ffc0000b080001000101011100ffc4001f0000010501010101010100"
    "000000000000000102030405060708090a0bffc400b5100002010303020403050504040000017d01020300041105122131410613516107227114"
    "328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a6364656667"
    "68696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4"
    "d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9faffda0008010100003f00fbd3ffd9"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Adds the routes to an application; `close()` ends the streams that are open."""

    def __init__(self, world: World, chats: Chats, faults: Faults) -> None:
        self._world = world
        self._chats = chats
        self._faults = faults
        self._streams: set[asyncio.Queue[dict[str, Any] | None]] = set()
        world.subscribe(self._on_event)
        chats.subscribe(lambda kind, detail: self._broadcast({"event": kind, **detail}))

    def add_routes(self, application: web.Application) -> None:
        """`/control/…` and the page."""
        application.middlewares.append(_explain_mistakes)
        add = application.router.add_route
        add("POST", "/control/channels", self._add_channel)
        add("POST", "/control/posts", self._publish)
        add("PATCH", "/control/posts/{channel}/{id}", self._edit)
        add("DELETE", "/control/posts/{channel}/{id}", self._delete)
        add("POST", "/control/people", self._add_person)
        add("POST", "/control/say", self._say)
        add("POST", "/control/press", self._press)
        add("POST", "/control/block", self._block)
        add("POST", "/control/share", self._share)
        add("POST", "/control/faults", self._add_fault)
        add("DELETE", "/control/faults", self._clear_faults)
        add("GET", "/control/chats/{name}", self._chat)
        add("GET", "/control/chats/{name}/messages", self._messages)
        add("GET", "/control/world", self._show_world)
        add("GET", "/control/story", self._story)
        add("GET", "/control/events", self._stream)
        if PAGE.is_dir():
            add("GET", "/", self._page)
            application.router.add_static("/page", PAGE)

    def close(self) -> None:
        """End every stream."""
        for stream in self._streams:
            stream.put_nowait(None)

    async def _add_channel(self, request: web.Request) -> web.Response:
        body = await request.json()
        channel = self._world.add_channel(body["username"], body["title"], noforwards=body.get("noforwards", False))
        return web.json_response({"id": channel.id})

    async def _publish(self, request: web.Request) -> web.Response:
        body = await request.json()
        origin = body.get("forward")
        post = self._world.publish(
            body["channel"],
            body["text"],
            entities=body.get("entities", ()),
            media=Media(body["media"], PIXEL, "image/jpeg") if body.get("media") else None,
            grouped_id=body.get("grouped_id"),
            forward_from=self._world.channel(origin["channel"]).posts[origin["id"]] if origin else None,
            date=datetime.fromisoformat(body["date"]) if body.get("date") else None,
            message_id=body.get("id"),
        )
        return web.json_response({"id": post.id})

    async def _edit(self, request: web.Request) -> web.Response:
        body = await request.json()
        channel, number = request.match_info["channel"], int(request.match_info["id"])
        self._world.edit(channel, number, body["text"], entities=body.get("entities", ()))
        return web.json_response({"id": number})

    async def _delete(self, request: web.Request) -> web.Response:
        gone = self._world.delete(request.match_info["channel"], int(request.match_info["id"]))
        return web.json_response({"deleted": gone})

    async def _add_person(self, request: web.Request) -> web.Response:
        body = await request.json()
        language = body.get("language_code", "en")
        person = self._chats.add_person(body["name"], username=body.get("username"), language_code=language)
        return web.json_response({"id": person.id})

    async def _say(self, request: web.Request) -> web.Response:
        body = await request.json()
        return web.json_response(self._chats.say(self._chats.add_person(body["name"]), body["text"]))

    async def _press(self, request: web.Request) -> web.Response:
        body = await request.json()
        person = self._chats.add_person(body["name"])
        self._chats.press(person, person.id, int(body["message_id"]), body["data"])
        return web.json_response({"ok": True})

    async def _block(self, request: web.Request) -> web.Response:
        body = await request.json()
        block(self._chats, self._chats.add_person(body["name"]), body["blocked"])
        return web.json_response({"ok": True})

    async def _share(self, request: web.Request) -> web.Response:
        body = await request.json()
        channel, person = self._world.channel(body["channel"]), self._chats.add_person(body["name"])
        return web.json_response(share_channel(self._chats, person, channel.id, channel.title, channel.username))

    async def _add_fault(self, request: web.Request) -> web.Response:
        self._faults.add(**await request.json())
        return web.json_response({"ok": True})

    async def _clear_faults(self, _request: web.Request) -> web.Response:
        self._faults.clear()
        return web.json_response({"ok": True})

    async def _chat(self, request: web.Request) -> web.Response:
        chat = self._chats.chats[self._chats.add_person(request.match_info["name"]).id]
        return web.json_response({"messages": list(chat.messages.values()), "keyboard": chat.keyboard})

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._chats.add_person(request.match_info["name"])
        return web.json_response(list(self._chats.chats[person.id].messages.values()))

    async def _show_world(self, _request: web.Request) -> web.Response:
        return web.json_response([_channel(channel) for channel in self._world.channels.values()])

    async def _story(self, _request: web.Request) -> web.Response:
        events = [json.loads(line) for line in (STORY / "events.jsonl").read_text(encoding="utf-8").splitlines()]
        channels = json.loads((STORY / "channels.json").read_text(encoding="utf-8"))
        return web.json_response({"channels": channels, "events": events})

    async def _page(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

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
                self._broadcast({"event": "post", **_post(channel, post)})
            case Edited(channel, post):
                self._broadcast({"event": "edit", **_post(channel, post)})
            case Deleted(channel, ids):
                self._broadcast({"event": "delete", "channel": channel.username, "ids": list(ids)})

    def _broadcast(self, event: dict[str, Any]) -> None:
        for stream in self._streams:
            stream.put_nowait(event)


@web.middleware
async def _explain_mistakes(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (KeyError, ValueError, TypeError) as error:
        if not request.path.startswith("/control"):
            raise
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


def _channel(channel: Channel) -> dict[str, Any]:
    newest = sorted(channel.posts.values(), key=lambda post: post.id)[-NEWEST:]
    return {"username": channel.username, "title": channel.title, "posts": [_post(channel, post) for post in newest]}


def _post(channel: Channel, post: Post) -> dict[str, Any]:
    return {
        "channel": channel.username,
        "title": channel.title,
        "id": post.id,
        "date": post.date.isoformat(),
        "text": post.text,
        "entities": list(post.entities),
        "media": post.media.kind if post.media else None,
        "edited": post.edit_date is not None,
    }
