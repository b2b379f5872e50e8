"""Every method of the sandbox, called by aiogram, whose types read the answers; the server has held them to the schema before."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiogram import Bot, methods, types
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.botapi.methods import METHODS
from sandbox.botapi.schema import schema
from sandbox.chats import Chat, Person
from sandbox.telegram import Sandbox
from tests.sandbox.botapi.conftest import PNG, TOKEN

LINK = types.InlineKeyboardMarkup(inline_keyboard=[[types.InlineKeyboardButton(text="да", callback_data="да")]])


class Calls:
    """One valid call of every method, made ready when it is asked for."""

    def __init__(self, sandbox: Sandbox, bot: Bot, person: Person, forum: Chat) -> None:
        self.sandbox = sandbox
        self.bot = bot
        self.person = person
        self.me = sandbox.chats.bots[TOKEN]
        self.forum = forum

    async def text(self) -> dict[str, int]:
        """A message of the bot: where it is."""
        sent = await self.bot.send_message(self.person.id, "было")
        return {"chat_id": self.person.id, "message_id": sent.message_id}

    async def photo(self) -> dict[str, int]:
        """The same with a picture."""
        sent = await self.bot.send_photo(self.person.id, types.BufferedInputFile(PNG, "a.png"))
        return {"chat_id": self.person.id, "message_id": sent.message_id}

    async def thread(self) -> dict[str, int]:
        """A topic of the forum: where it is."""
        made = await self.bot.create_forum_topic(self.forum.id, "Тема")
        return {"chat_id": self.forum.id, "message_thread_id": made.message_thread_id}

    async def source(self) -> dict[str, int]:
        """Where to copy from, and to."""
        sent = await self.text()
        return {"chat_id": self.person.id, "from_chat_id": self.person.id, "message_id": sent["message_id"]}

    async def sources(self) -> dict[str, Any]:
        """The same for several messages."""
        found: dict[str, Any] = await self.source()
        return found | {"message_ids": [found.pop("message_id")]}

    async def arguments(self, name: str) -> dict[str, Any]:
        """What to call a method with."""
        return (
            self._sending(name)
            or await self._changing(name)
            or await self._placing(name)
            or await self._about_chats(name)
        )

    def _sending(self, name: str) -> dict[str, Any]:
        one: dict[str, Any] = {"chat_id": self.person.id}
        file = types.BufferedInputFile(PNG, "a.png")
        match name:
            case "sendMessage":
                return one | {"text": "<b>x</b> #тег", "parse_mode": "HTML", "reply_markup": LINK}
            case "sendRichMessage":
                return one | {"rich_message": types.InputRichMessage(html="<h1>x</h1><p>y</p>")}
            case "sendPhoto":
                return one | {"photo": file, "caption": "x"}
            case "sendDocument":
                return one | {"document": file}
            case "sendVideo":
                return one | {"video": types.BufferedInputFile(b"\0\0\0\x18ftypmp42", "a.mp4")}
            case "sendMediaGroup":
                return one | {"media": [types.InputMediaPhoto(media=file), types.InputMediaPhoto(media=file)]}
            case "sendChatAction":
                return one | {"action": "typing"}
        return {}

    async def _changing(self, name: str) -> dict[str, Any]:
        match name:
            case "editMessageText":
                return await self.text() | {"text": "стало"}
            case "editMessageCaption":
                return await self.photo() | {"caption": "стало"}
            case "editMessageReplyMarkup":
                return await self.text() | {"reply_markup": LINK}
            case "editMessageMedia":
                file = types.BufferedInputFile(PNG, "a.png")
                return await self.photo() | {"media": types.InputMediaDocument(media=file)}
            case "setMessageReaction":
                return await self.text() | {"reaction": [types.ReactionTypeEmoji(emoji="👍")]}
            case "deleteMessage" | "pinChatMessage":
                return await self.text()
        return {}

    async def _placing(self, name: str) -> dict[str, Any]:
        one: dict[str, Any] = {"chat_id": self.person.id}
        match name:
            case "unpinChatMessage" | "unpinAllChatMessages":
                await self.bot.pin_chat_message(**await self.text())
                return one
            case "deleteMessages":
                return one | {"message_ids": [1]}
            case "copyMessage" | "forwardMessage":
                return await self.source()
            case "copyMessages" | "forwardMessages":
                return await self.sources()
            case "getFile":
                sent = await self.bot.send_document(self.person.id, types.BufferedInputFile(PNG, "a.png"))
                return {"file_id": sent.document.file_id if sent.document else ""}
        return {}

    async def _about_chats(self, name: str) -> dict[str, Any]:
        topic = {"chat_id": self.forum.id, "name": "Новая"}
        match name:
            case "answerCallbackQuery":
                sent = await self.bot.send_message(self.person.id, "x", reply_markup=LINK)
                query = self.sandbox.chats.press(self.person, self.person.id, sent.message_id, "да")
                return {"callback_query_id": query, "text": "да"}
            case "answerInlineQuery":
                content = types.InputTextMessageContent(message_text="x")
                result = types.InlineQueryResultArticle(id="1", title="x", input_message_content=content)
                return {
                    "inline_query_id": self.sandbox.chats.ask_inline(self.person, self.me, "x"),
                    "results": [result],
                }
            case "getChat" | "getChatMember" | "getChatAdministrators" | "getChatMemberCount" | "leaveChat":
                return {"chat_id": self.forum.id} | ({"user_id": self.person.id} if name == "getChatMember" else {})
            case "createForumTopic":
                return topic
            case "editForumTopic":
                return topic | await self.thread()
            case "closeForumTopic" | "reopenForumTopic" | "deleteForumTopic":
                where = await self.thread()
                if name == "reopenForumTopic":
                    await self.bot.close_forum_topic(**where)
                return where
            case "setMyCommands":
                return {"commands": [types.BotCommand(command="help", description="Help")]}
            case "setWebhook":
                return {"url": "http://127.0.0.1:9/hook"}
        return {}


@pytest.fixture
async def calls(sandbox: Sandbox, leyla: Person) -> AsyncIterator[Calls]:
    bot = Bot(TOKEN, AiohttpSession(api=TelegramAPIServer.from_base(sandbox.bot_api_url)))
    forum = sandbox.chats.add_group("Форум", [leyla], admins=[sandbox.chats.bots[TOKEN]], forum=True)
    yield Calls(sandbox, bot, leyla, forum)
    await bot.session.close()


@pytest.mark.parametrize("name", [schema().methods[name][0] for name in METHODS])
async def test_a_method_answers_what_is_documented(calls: Calls, name: str) -> None:
    method = getattr(methods, name[0].upper() + name[1:])
    async with asyncio.timeout(10):
        answer = await calls.bot(method(**await calls.arguments(name)))
    assert answer is not None
    assert not undocumented(answer), "aiogram knows no such field"


def undocumented(answer: Any) -> set[str]:
    """Fields of an answer that aiogram's types do not have."""
    if isinstance(answer, list):
        return set().union(*map(undocumented, answer))
    return set(getattr(answer, "model_extra", None) or ())


def test_every_method_stands_in_the_schema() -> None:
    assert METHODS.keys() <= schema().methods.keys()
    assert all(re.fullmatch(r"[a-z]+[A-Za-z]+", schema().methods[name][0]) for name in METHODS)
