"""Requests about channels and what is posted there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox import administration
from sandbox.control.posts import KINDS, channel, entities, publish, shown, standing
from sandbox.control.reading import MistakeError, check, moment, read, read_any
from sandbox.events import Deleted
from sandbox.world import Account, Channel, Post, World

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
            web.patch("/control/channels/{channel}", self._rename),
            web.delete("/control/channels/{channel}", self._remove),
            web.get("/control/channels/{channel}/posts", self._posts),
            web.post("/control/channels/{channel}/ban", self._ban),
            web.post("/control/channels/{channel}/unban", self._unban),
            web.post("/control/posts", self._publish),
            web.post("/control/albums", self._album),
            web.patch("/control/posts/{channel}/{id}", self._change),
            web.delete("/control/posts/{channel}/{id}", self._delete),
            web.get("/control/world", self._show),
            web.get("/control/story", self._story),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        body = await read(request, "username", "title")
        check(body, username=str, title=str, about=str, noforwards=bool)
        more = {"noforwards": body.get("noforwards", False), "about": body.get("about", "")}
        added = self._world.add_channel(body["username"], body["title"], **more)
        return web.json_response({"id": added.id, "invite": f"https://t.me/+{added.invite}"})

    async def _rename(self, request: web.Request) -> web.Response:
        body, target = await read(request), channel(self._world, request.match_info["channel"])
        check(body, username=str, title=str, noforwards=bool)
        try:
            administration.rename(self._world, target, title=body.get("title"), username=body.get("username"))
        except ValueError as error:
            raise MistakeError(f"{error}.") from None
        if body.get("username", "") is None:
            administration.make_private(self._world, target)
        target.noforwards = body.get("noforwards", target.noforwards)
        return web.json_response({"id": target.id})

    async def _remove(self, request: web.Request) -> web.Response:
        administration.remove(self._world, channel(self._world, request.match_info["channel"]))
        return web.json_response({"ok": True})

    async def _publish(self, request: web.Request) -> web.Response:
        body = await read_any(request)
        if isinstance(body, list):
            return web.json_response({"ids": [publish(self._world, each).id for each in body]})
        if not isinstance(body, dict):
            raise MistakeError("Send a post or a list of posts.")
        return web.json_response({"id": publish(self._world, body).id})

    async def _album(self, request: web.Request) -> web.Response:
        body = await read(request, "channel", "caption", "photos")
        check(body, caption=str, photos=int)
        target = channel(self._world, body["channel"])
        photos = [KINDS["photo"]] * body["photos"]
        album = self._world.publish_album(target, body["caption"], photos, date=moment(body.get("date")))
        return web.json_response({"ids": [post.id for post in album]})

    async def _change(self, request: web.Request) -> web.Response:
        body = await read(request)
        target = channel(self._world, request.match_info["channel"])
        post = standing(target, request.match_info["id"])
        check(body, text=str, views=int, reactions=dict)
        if "text" in body:
            self._world.edit(target, post.id, body["text"], entities=entities(body))
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
        versions: dict[int, list[Post]] = {}
        for event in target.log:
            if not isinstance(event, Deleted):
                versions.setdefault(event.post.id, []).append(event.post)
        posts = [shown(target, of[-1]) | {"versions": [post.text for post in of]} for _, of in sorted(versions.items())]
        return web.json_response({"posts": posts, "deleted": sorted(versions.keys() - target.posts.keys())})

    async def _ban(self, request: web.Request) -> web.Response:
        body = await read(request, "phone")
        self._world.ban(channel(self._world, request.match_info["channel"]), account(self._world, body["phone"]))
        return web.json_response({"ok": True})

    async def _unban(self, request: web.Request) -> web.Response:
        body = await read(request, "phone")
        self._world.unban(channel(self._world, request.match_info["channel"]), account(self._world, body["phone"]))
        return web.json_response({"ok": True})

    async def _show(self, _request: web.Request) -> web.Response:
        return web.json_response([_newest(each) for each in self._world.channels.values() if not each.deleted])

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
    return {
        "id": target.id,
        "username": target.username,
        "title": target.title,
        "posts": [shown(target, post) for post in posts],
    }
