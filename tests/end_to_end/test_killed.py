"""The product killed without warning while posts come in."""

import asyncio
from collections import Counter
from pathlib import Path

from tests.running import running, until

KILLS = 3
POSTS_A_LIFE = 40


async def test_killed_at_any_moment_nothing_is_lost_and_little_repeated(tmp_path: Path) -> None:
    async with running(tmp_path) as run:
        channel = run.sandbox.world.add_channel("ostorozhno_novosti", "Осторожно, новости")
        await run.watch(channel)
        await run.subscribe({run.admin.id: ["посольство"]})
        heard: Counter[str] = Counter()

        def hear(kind: str, message: dict[str, object]) -> None:
            if kind == "message":
                heard.update(word for word in str(message.get("text")).split() if word.startswith("номер"))

        run.sandbox.chats.subscribe(hear)
        number = 0
        for _ in range(KILLS):
            for _ in range(POSTS_A_LIFE):
                number += 1
                run.sandbox.world.publish(channel, f"У посольства снова люди, номер{number}")
                await asyncio.sleep(0.01)
            await run.kill()
            await run.start()
        await until(lambda: len(heard) >= number)
        assert await run.stop() == 0
        assert sum(heard.values()) <= number + KILLS
