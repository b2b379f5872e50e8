"""Requests about channels and what is posted there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.control.posts import PIXEL, channel, publish, shown, standing
from sandbox.control.reading import MistakeError, read, read_any
from sandbox.world import Account, Channel, World

STORY = Path(__file__).parent.parent / "story"
NEWEST = 50


class ChannelRequests:
    """Their handlers."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """What is asked for where."""
        return [
            web.post("/control/channels", self._add),
            web.get("/control/channels/{channel}/posts", self._posts),
            web.post("/control/channels/{channel}/ban", self._ban),
            web.post("/control/posts", self._publish),
            web.post("/control/albums", self._album),
            web.patch("/control/posts/{channel}/{id}", self._change),
            web.delete("/control/posts/{channel}/{id}", self._delete),
            web.get("/control/world", self._show),
            web.get("/control/story", self._story),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        body = await read(request, "username", "title")
        more = {"noforwards": body.get("noforwards", False), "about": body.get("about", "")}
        return web.json_response({"id": self._world.add_channel(body["username"], body["title"], **more).id})

    async def _publish(self, request: web.Request) -> web.Response:
        body = await read_any(request)
        if isinstance(body, list):
            return web.json_response({"ids": [publish(self._world, each).id for each in body]})
        if not isinstance(body, dict):
            raise MistakeError("Send a post or a list of posts.")
        return web.json_response({"id": publish(self._world, body).id})

    async def _album(self, request: web.Request) -> web.Response:
        body = await read(request, "channel", "caption", "photos")
        target = channel(self._world, body["channel"])
        album = self._world.publish_album(target, body["caption"], [PIXEL] * int(body["photos"]))
        return web.json_response({"ids": [post.id for post in album]})

    async def _change(self, request: web.Request) -> web.Response:
        body = await read(request)
        target = channel(self._world, request.match_info["channel"])
        post = standing(target, request.match_info["id"])
        if "text" in body:
            self._world.edit(target, post.id, body["text"], entities=body.get("entities") or ())
        if "views" in body:
            self._world.view(target, post.id, body["views"])
        for emoji, count in (body.get("reactions") or {}).items():
            self._world.react(target, post.id, emoji, count)
        return web.json_response({"id": post.id})

    async def _delete(self, request: web.Request) -> web.Response:
        target = channel(self._world, request.match_info["channel"])
        return web.json_response({"deleted": self._world.delete(target, standing(target, request.match_info["id"]).id)})

    async def _posts(self, request: web.Request) -> web.Response:
        target = channel(self._world, request.match_info["channel"])
        posts = [shown(target, target.posts[number]) for number in sorted(target.posts)]
        gone = sorted(set(range(1, target.last_id + 1)) - target.posts.keys())
        return web.json_response({"posts": posts, "deleted": gone})

    async def _ban(self, request: web.Request) -> web.Response:
        body = await read(request, "phone")
        self._world.ban(channel(self._world, request.match_info["channel"]), account(self._world, body["phone"]))
        return web.json_response({"ok": True})

    async def _show(self, _request: web.Request) -> web.Response:
        return web.json_response([_newest(each) for each in self._world.channels.values()])

    async def _story(self, _request: web.Request) -> web.Response:
        events = [json.loads(line) for line in (STORY / "events.jsonl").read_text(encoding="utf-8").splitlines()]
        channels = json.loads((STORY / "channels.json").read_text(encoding="utf-8"))
        return web.json_response({"channels": channels, "events": events})


def account(world: World, phone: str) -> Account:
    """The account with this phone number. Raises MistakeError."""
    for each in world.accounts.values():
        if each.phone == phone:
            return each
    raise MistakeError(f"There is no account {phone}: add it first.")


def _newest(target: Channel) -> dict[str, Any]:
    posts = sorted(target.posts.values(), key=lambda post: post.id)[-NEWEST:]
    return {"username": target.username, "title": target.title, "posts": [shown(target, post) for post in posts]}
