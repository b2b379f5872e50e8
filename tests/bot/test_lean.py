"""aiogram imported without building its models is the same aiogram, only smaller."""

import subprocess
import sys

ALL_COMPLETE = """
from bot import lean
lean.import_aiogram()
from pydantic import BaseModel
from aiogram import methods, types
from aiogram.methods import Response
models = [getattr(package, name) for package in (types, methods) for name in package.__all__]
models = [model for model in models if isinstance(model, type) and issubclass(model, BaseModel)]
models += [Response[model.__returning__] for model in models if isinstance(getattr(model, "__api_method__", None), str)]
for model in models:
    model.model_json_schema if model.__pydantic_complete__ else model.__pydantic_validator__.validate_python
incomplete = [model.__name__ for model in models if not model.__pydantic_complete__]
print(len(models), *incomplete)
"""

POLL_AND_SEND = """
from bot import lean
lean.import_aiogram()
import asyncio
from bot.polling import Polling
from aiogram import Bot, Dispatcher
from aiogram.types import Message, MessageEntity
from tests.bot.telegram import TOKEN, Chat, ScriptedTelegram

async def main():
    telegram, dispatcher = ScriptedTelegram(), Dispatcher()
    @dispatcher.message()
    async def echo(message: Message):
        return message.answer(message.text, entities=[MessageEntity(type="bold", offset=0, length=1)])
    polling = Polling(Bot(TOKEN, session=telegram), dispatcher)
    task = asyncio.create_task(polling.run())
    (request,) = await Chat(telegram).say("hello")
    assert request.marked("bold") == ["h"]
    polling.stop()
    await task

asyncio.run(main())
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmRSS"].split()[0]) // 1024)
"""


ANSWERS = """
from bot import lean
lean.import_aiogram()
import asyncio
from aiogram.methods import Response
from aiogram.types import Message

async def answer():
    return Response[Message]

async def main():
    kinds = {id(await asyncio.create_task(answer())) for _ in range(5)}
    sent = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}
    answer_ = Response[Message].model_validate({"ok": True, "result": sent})
    print(len(kinds), answer_.result.message_id, Response[bool] is Response[Message])

asyncio.run(main())
"""


def run(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_every_type_and_method_is_complete_on_its_first_use() -> None:
    count, *incomplete = run(ALL_COMPLETE)
    assert int(count) > 700
    assert incomplete == []


def test_polling_and_sending_stay_small() -> None:
    (megabytes,) = run(POLL_AND_SEND)
    assert int(megabytes) <= 80


def test_the_class_of_an_answer_is_made_once_for_all_tasks() -> None:
    assert run(ANSWERS) == ["1", "1", "False"]


def test_what_only_some_commands_need_is_not_loaded_by_a_running_product() -> None:
    code = "import sys, bot.__main__, bot.app; print(*{'rich', 'matplotlib', 'alembic', 'xlsxwriter'} & sys.modules.keys())"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []
