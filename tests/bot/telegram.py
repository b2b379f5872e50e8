"""The Bot API's side of the wire, scripted: answers every method, and records what was asked."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.types import ChatMemberAdministrator, ChatMemberRestricted, InputFile
from aiohttp import ClientConnectorError
from aiohttp.client_reqrep import ConnectionKey

TOKEN = "42:TEST"
ME = {"id": 42, "is_bot": True, "first_name": "Dozor", "username": "dozor_bot"}
Json = dict[str, Any]
MESSAGES = frozenset(
    {"sendMessage", "sendRichMessage", "editMessageText", "sendPhoto", "sendVideo", "sendDocument", "editMessageMedia"}
)


@dataclass(frozen=True)
class Request:
    """One call of the bot: the method's name, and its parameters as they go over the wire, decoded."""

    method: str
    params: Json
    files: list[tuple[str, bytes]] = field(default_factory=list)
    """(name, content) of what is uploaded."""

    @property
    def text(self) -> str:
        return str(self.params.get("text", ""))

    def buttons(self) -> dict[str, str]:
        """Label → callback data; without the buttons that open or copy something."""
        rows = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}

    def marked(self, kind: str) -> list[str]:
        """The stretches of the text that carry this kind of entity, read as Telegram reads them: in UTF-16."""
        encoded = self.text.encode("utf-16-le")
        spans = [
            (e["offset"] * 2, (e["offset"] + e["length"]) * 2) for e in self.params["entities"] if e["type"] == kind
        ]
        return [encoded[start:end].decode("utf-16-le") for start, end in spans]


class ScriptedTelegram(BaseSession):
    """A session that reaches no network. `failures` are answers before the good ones, by method: (status, body).

    `on_result` is called when a method is answered well.
    """

    def __init__(self) -> None:
        super().__init__(timeout=5)
        self.requests: list[Request] = []
        self.failures: dict[str, list[tuple[int, Json]]] = {}
        self.on_result: dict[str, Callable[[], None]] = {}
        self.confirmed = 0
        self.group_admins: set[int] = {7}
        self.standings: dict[int, Json] = {}
        """Of people in groups who are no plain members: fields of their ChatMember."""
        self.has_threads = False
        self.refused: str | None = None
        """What is in no text that it takes."""
        self.ill: set[int] = set()
        """Chats for which it is out of order."""
        self.is_away = False
        """No connection comes about."""
        self.sought = 0
        """How often it was asked while it was away."""
        self.profile: dict[str, Json] = {}
        self.files: dict[str, bytes] = {}
        """What was sent, by file name."""
        self._waiting: list[Json] = []
        self._changed = asyncio.Condition()
        self._messages = 1000
        self._held: dict[str, asyncio.Event] = {}

    async def give(self, *updates: Json) -> None:
        """Hand over updates with the next getUpdates; they stay until they are confirmed, as Telegram keeps them."""
        async with self._changed:
            self._waiting += updates
            self._changed.notify_all()

    async def until_confirmed(self, update_id: int) -> None:
        """Wait until the bot is done with this update."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.confirmed > update_id)

    def of(self, *methods: str) -> list[Request]:
        """What was asked of these methods."""
        return [request for request in self.requests if request.method in methods]

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 -- aiogram's signature
        files: dict[str, InputFile] = {}
        params = {
            name: self._on_the_wire(bot, value, files) for name, value in method.model_dump(warnings=False).items()
        }
        params = {name: value for name, value in params.items() if value is not None}
        if self.is_away:
            self._refuse_connection(method)
        sent = [(each.filename or "", b"".join([part async for part in each.read(bot)])) for each in files.values()]
        self.files |= dict(sent)
        request = Request(method.__api_method__, params, sent)
        status, body = await self._answer(request)
        return self.check_response(bot, method, status, json.dumps(body)).result

    def _refuse_connection(self, method: TelegramMethod[Any]) -> NoReturn:
        self.sought += 1
        where = ConnectionKey("api.telegram.org", 443, True, None, None, None, None)
        refused = ClientConnectorError(where, OSError(111, "Connection refused"))
        raise TelegramNetworkError(method, f"ClientConnectorError: {refused}") from refused

    def _on_the_wire(self, bot: Bot, value: Any, files: dict[str, InputFile]) -> Any:
        prepared = self.prepare_value(value, bot, files=files)
        return json.loads(prepared) if prepared is not None and not isinstance(value, str | InputFile) else prepared

    def hold(self, method: str) -> None:
        """Do not answer this method until it is let go."""
        self._held[method] = asyncio.Event()

    def let_go(self, method: str) -> None:
        """Answer it again, also what was asked meanwhile."""
        self._held.pop(method).set()

    async def until_asked(self, method: str, times: int = 1) -> Request:
        """Wait until this method was asked so often; the last of these requests."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.of(method)) >= times)
            return self.of(method)[times - 1]

    async def _answer(self, request: Request) -> tuple[int, Json]:
        if request.method not in ("getUpdates", "getMe"):
            async with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
        if request.method in self._held:
            await self._held[request.method].wait()
        if self.failures.get(request.method):
            return self.failures[request.method].pop(0)
        if request.params.get("chat_id") in self.ill:
            return 500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}
        if self.refused is not None and self.refused in request.text:
            return 400, {"ok": False, "error_code": 400, "description": "Bad Request: text is not allowed"}
        if request.method == "getUpdates":
            return 200, {"ok": True, "result": await self._updates(request.params)}
        self.on_result.get(request.method, lambda: None)()
        return 200, {"ok": True, "result": self._result(request)}

    def _result(self, request: Request) -> Any:
        if request.method == "getMe":
            return {**ME, "has_topics_enabled": self.has_threads}
        if request.method.startswith(("getMy", "setMy")):
            return self._profile(request)
        if request.method == "getChatMember":
            return self._member(request.params)
        if request.method == "createForumTopic":
            self._messages += 1
            return {"message_thread_id": self._messages, "name": request.params["name"], "icon_color": 0}
        if request.method == "sendMediaGroup":
            return [self._message(request, part["type"]) for part in request.params["media"]]
        if request.method not in MESSAGES:
            return True
        return self._message(request, request.method.removeprefix("send").lower())

    def _message(self, request: Request, kind: str) -> Json:
        self._messages += 1
        file = {"file_id": f"file-{self._messages}", "file_unique_id": "x", "width": 1, "height": 1}
        shown = {"photo": [file], "video": file | {"duration": 1}}
        return {
            "message_id": self._messages,
            "date": 1,
            "chat": {"id": request.params["chat_id"], "type": "private"},
            "text": request.text,
            **({kind: shown[kind]} if kind in shown else {}),
        }

    def _member(self, params: Json) -> Json:
        user = {"id": params["user_id"], "is_bot": False, "first_name": "Reader"}
        if params["user_id"] in self.standings:
            return self.standings[params["user_id"]] | {"user": user}
        if params["user_id"] not in self.group_admins:
            return {"status": "member", "user": user}
        return {"status": "creator", "user": user, "is_anonymous": False}

    def _profile(self, request: Request) -> Any:
        """Commands and descriptions by scope and language; a description falls back on that of all languages."""
        name, params = request.method[5:], request.params
        scope, code = params.get("scope"), params.get("language_code")
        if request.method.startswith("set"):
            content = {key: value for key, value in params.items() if key not in ("scope", "language_code")}
            self.profile[f"{name} {scope} {code}"] = content
            return True
        if name == "Commands":
            return self.profile.get(f"{name} {scope} {code}", {}).get("commands", [])
        empty = {"description" if name == "Description" else "short_description": ""}
        return self.profile.get(f"{name} {scope} {code}") or self.profile.get(f"{name} {scope} None", empty)

    async def _updates(self, params: Json) -> list[Json]:
        async with self._changed:
            self.confirmed = max(self.confirmed, params["offset"])
            self._waiting = [update for update in self._waiting if update["update_id"] >= self.confirmed]
            self._changed.notify_all()
            if params["timeout"]:
                await self._changed.wait_for(lambda: self._waiting)
            return self._waiting[: params["limit"]]

    async def close(self) -> None:
        pass

    async def stream_content(self, *args: Any, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("no test downloads a file")
        yield b""


class Chat:
    """A person in a chat with the bot."""

    def __init__(
        self, telegram: ScriptedTelegram, *, user: int = 7, chat: Json | None = None, language: str = "en"
    ) -> None:
        self.telegram = telegram
        self._user = {"id": user, "is_bot": False, "first_name": "Reader", "language_code": language}
        self._chat = chat or {"id": user, "type": "private", "first_name": "Reader"}

    async def say(self, text: str | None, **fields: Any) -> list[Request]:
        """Send a message; what the bot did about it."""
        return await self._happen(message=self._message(**({"text": text} if text else {}), **fields))

    async def edit(self, text: str) -> list[Request]:
        """Edit a message that was sent; what the bot did about it."""
        return await self._happen(edited_message=self._message(text=text, edit_date=2))

    async def press(self, data: str, *, old: bool = False) -> list[Request]:
        """Press an inline button of the bot's last message, or of an `old` one; what the bot did about it."""
        query = {"id": "1", "from": self._user, "chat_instance": "1", "data": data}
        message = {"chat": self._chat, "message_id": 5, "date": 0} if old else {**self._message(text="…"), "from": ME}
        return await self._happen(callback_query={**query, "message": message})

    async def look_up(self, query: str, offset: str = "") -> Request:
        """Write an inline query in some chat; the bot's answer."""
        (answer,) = await self._happen(inline_query={"id": "1", "from": self._user, "query": query, "offset": offset})
        return answer

    async def membership(self, old: str, new: str, **rights: bool) -> list[Request]:
        """The bot's own standing in the chat changes, `rights` being those of the new one; what the bot did about it."""
        change = {
            "chat": self._chat,
            "from": self._user,
            "date": 1,
            "old_chat_member": standing(old),
            "new_chat_member": standing(new, **rights),
        }
        return await self._happen(my_chat_member=change)

    def _message(self, **fields: Any) -> Json:
        return {"message_id": 5, "date": 1, "chat": self._chat, "from": self._user, **fields}

    async def _happen(self, **content: Json) -> list[Request]:
        done = len(self.telegram.requests)
        update_id = self.telegram.confirmed + 1
        await self.telegram.give({"update_id": update_id, **content})
        await self.telegram.until_confirmed(update_id)
        return self.telegram.requests[done:]


def standing(status: str, **rights: bool) -> Json:
    """The bot as a ChatMember, with none of the rights but those that are given."""
    fields = {"administrator": ChatMemberAdministrator, "restricted": ChatMemberRestricted}
    member: Json = {"status": status, "user": ME}
    if status in fields:
        needed = fields[status].model_fields.items()
        flags = {name for name, field in needed if name.startswith(("can_", "is_")) and field.is_required()}
        member |= dict.fromkeys(flags, False) | {"is_member": True} | rights
    return {**member, "until_date": 0} if status in ("kicked", "restricted") else member
