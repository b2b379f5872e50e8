"""Requests about people, groups and what they say to the bot."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox import membership
from sandbox.chats import Bot, Chat, Chats, Person
from sandbox.control.posts import channel
from sandbox.control.reading import MistakeError, check, read
from sandbox.world import World


class PeopleRequests:
    """Their handlers."""

    def __init__(self, chats: Chats, world: World) -> None:
        self._chats = chats
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """What is asked for where."""
        return [
            web.post("/control/people", self._add),
            web.post("/control/groups", self._add_group),
            web.post("/control/groups/{id}/members", self._change_member),
            web.post("/control/groups/{id}/promote", self._promote),
            web.post("/control/say", self._say),
            web.post("/control/bots", self._change_bots),
            web.post("/control/press", self._press),
            web.post("/control/inline", self._ask_inline),
            web.get("/control/inline/{id}", self._inline_answer),
            web.post("/control/block", self._block),
            web.post("/control/share", self._share),
            web.get("/control/files/{id}", self._file),
            web.get("/control/chats/{name}", self._show),
            web.get("/control/chats/{name}/messages", self._messages),
        ]

    async def _add(self, request: web.Request) -> web.Response:
        body = await read(request, "name")
        check(body, name=str, username=str, language_code=str)
        more = {"username": body.get("username"), "language_code": body.get("language_code", "en")}
        return web.json_response({"id": self._chats.add_person(body["name"], **more).id})

    async def _add_group(self, request: web.Request) -> web.Response:
        body = await read(request, "title")
        check(body, title=str, members=list, admins=list, forum=bool, basic=bool)
        members = [self._chats.add_person(name) for name in body.get("members", ())]
        admins: list[Person | Bot] = [self._chats.add_person(name) for name in body.get("admins", ())]
        admins += self._chats.bots.values() if body.get("bot_is_admin") else ()
        kind = {"forum": body.get("forum", False), "basic": body.get("basic", False)}
        return web.json_response({"id": self._chats.add_group(body["title"], members, admins=admins, **kind).id})

    async def _change_member(self, request: web.Request) -> web.Response:
        body, chat = await read(request, "name"), self._chat(request.match_info["id"])
        by = self._chats.add_person(body.get("by", body["name"]))
        members: list[Person | Bot] = [bot for bot in self._chats.bots.values() if bot.username == body["name"]]
        for member in members or [self._chats.add_person(body["name"])]:
            if body.get("out"):
                membership.leave(self._chats, chat, member, by, banned=body.get("banned", False))
            else:
                membership.join(self._chats, chat, member, by, admin=body.get("admin", False))
        return web.json_response({"members": sorted(chat.members), "admins": sorted(chat.admins)})

    async def _promote(self, request: web.Request) -> web.Response:
        body = await read(request, "name")
        chat = self._chat(request.match_info["id"])
        return web.json_response({"id": membership.promote(self._chats, chat, self._chats.add_person(body["name"])).id})

    async def _say(self, request: web.Request) -> web.Response:
        body = await read(request, "name", "text")
        check(body, name=str, text=str, thread=int)
        person = self._chats.add_person(body["name"])
        chat = self._chat(body["chat"]) if body.get("chat") else None
        return web.json_response(self._chats.say(person, body["text"], chat, thread=body.get("thread")))

    async def _change_bots(self, request: web.Request) -> web.Response:
        body = await read(request, "threads")
        check(body, threads=bool)
        for bot in self._chats.bots.values():
            bot.has_threads = body["threads"]
        return web.json_response({"ok": True})

    async def _press(self, request: web.Request) -> web.Response:
        body = await read(request, "name", "message_id", "data")
        check(body, name=str, message_id=int, data=str)
        person = self._chats.add_person(body["name"])
        chat = self._chat(body.get("chat") or person.id)
        if body["message_id"] not in chat.messages:
            raise MistakeError(f"There is no message {body['message_id']} in this chat.")
        return web.json_response({"id": self._chats.press(person, chat.id, body["message_id"], body["data"])})

    async def _ask_inline(self, request: web.Request) -> web.Response:
        body = await read(request, "name", "query")
        check(body, name=str, query=str, offset=str)
        bot = next(iter(self._chats.bots.values()), None)
        if bot is None:
            raise MistakeError("There is no bot.")
        person = self._chats.add_person(body["name"])
        return web.json_response({"id": self._chats.ask_inline(person, bot, body["query"], body.get("offset", ""))})

    async def _inline_answer(self, request: web.Request) -> web.Response:
        asked = self._chats.asked.get(request.match_info["id"])
        if asked is None:
            raise MistakeError(f"There is no query {request.match_info['id']}.")
        return web.json_response(asked.answer)

    async def _block(self, request: web.Request) -> web.Response:
        body = await read(request, "name", "blocked")
        membership.block(self._chats, self._chats.add_person(body["name"]), body["blocked"])
        return web.json_response({"ok": True})

    async def _share(self, request: web.Request) -> web.Response:
        body = await read(request, "name", "channel")
        shared, person = channel(self._world, body["channel"]), self._chats.add_person(body["name"])
        try:
            message = membership.share_channel(self._chats, person, shared.id, shared.title, shared.username)
        except ValueError as error:
            raise MistakeError(f"{error}.") from None
        return web.json_response(message)

    async def _show(self, request: web.Request) -> web.Response:
        chat = self._chat(request.match_info["name"])
        found: dict[str, Any] = {"messages": list(chat.messages.values()), "keyboard": chat.keyboard}
        return web.json_response(found)

    async def _messages(self, request: web.Request) -> web.Response:
        return web.json_response(list(self._chat(request.match_info["name"]).messages.values()))

    async def _file(self, request: web.Request) -> web.Response:
        file = self._chats.files.get(request.match_info["id"])
        if file is None:
            raise MistakeError(f"There is no file {request.match_info['id']}.")
        return web.Response(body=file.content, content_type=file.media_type or "application/octet-stream")

    def _chat(self, name: Any) -> Chat:
        """A group or private chat by its id, or a person's private chat by their name."""
        if not str(name).lstrip("-").isdecimal():
            return self._chats.chats[self._chats.add_person(str(name)).id]
        if int(name) not in self._chats.chats:
            raise MistakeError(f"There is no chat {name}.")
        return self._chats.chats[int(name)]
