"""The product as a process of its own, killed without warning while posts come in."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sandbox.pointing import bot_token, write_config, write_private
from sandbox.telegram import Sandbox

KILLS = 3
POSTS_A_LIFE = 40
WAIT_S = 60


async def test_killed_at_any_moment_nothing_is_lost_and_little_repeated(tmp_path: Path) -> None:
    async with Sandbox(state=tmp_path) as sandbox:
        bot = sandbox.add_bot(bot_token(tmp_path))
        write_private(tmp_path / "public_key.pem", sandbox.public_key_pem)
        await write_config(sandbox, tmp_path, tmp_path / "config.toml")
        person = sandbox.chats.add_person("Leyla", language_code="ru")
        channel = sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        heard: Counter[str] = Counter()

        def hear(kind: str, message: dict[str, object]) -> None:
            if kind == "message" and isinstance(message["from"], dict) and message["from"]["id"] == bot.id:
                heard.update(word for word in str(message["text"]).split() if word.startswith("номер"))

        sandbox.chats.subscribe(hear)
        product = await _start(tmp_path, person.id)
        sandbox.chats.say(person, "/watch @ostorozhno_novosti")
        sandbox.chats.say(person, "/subscribe посольство")
        await _until(lambda: bool(channel.members) and _was_told(sandbox, person.id, "Осторожно"))
        number = 0
        for _ in range(KILLS):
            for _ in range(POSTS_A_LIFE):
                number += 1
                sandbox.world.publish(channel, f"У посольства снова люди, номер{number}")
                await asyncio.sleep(0.01)
            product.kill()
            await product.wait()
            product = await _start(tmp_path, person.id)
        await _until(lambda: len(heard) >= number)
        product.terminate()
        assert await product.wait() == 0
        assert sum(heard.values()) <= number + KILLS


async def _start(folder: Path, admin: int) -> asyncio.subprocess.Process:
    settings = {"DOZOR_BOT__ADMINS": f"[{admin}]", "DOZOR_BOT__MESSAGES_PER_SECOND": "500", "DOZOR_LOG__LEVEL": "ERROR"}
    command = [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")]
    return await asyncio.create_subprocess_exec(*command, env=os.environ | settings)


def _was_told(sandbox: Sandbox, chat_id: int, words: str) -> bool:
    return any(words in str(message.get("text")) for message in sandbox.chats.chats[chat_id].messages.values())


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_S):
        while not condition():  # noqa: ASYNC110 -- what is waited for happens in another process
            await asyncio.sleep(0.05)
