"""A run: events, faults and kills from one seed; now and then all is left in peace, and what is stored must be what stands."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.running import Running, running, until
from tests.soak.reckoning import Reckoning
from tests.soak.storm import TOLD, Storm

CHECK_S = 0.25


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything; `pauses` is how often there is peace, for `patience_s` at the longest."""

    seed: int
    channels: int
    accounts: int
    events: int
    kills: int
    pauses: int = 1
    life_s: float = 2.0
    patience_s: float = 60.0
    silence: bool = True


class DisagreementError(AssertionError):
    """What is stored is not what was posted."""


async def soak(folder: Path, plan: Plan) -> None:
    """Run the plan. Raises DisagreementError with what is wrong and the seed."""
    random = Random(plan.seed)
    settings = {"DOZOR_TELEGRAM__SWEEP_SECONDS": "1", "DOZOR_TELEGRAM__HISTORY_PER_MINUTE": "6000"}
    async with running(folder, accounts=plan.accounts, settings=settings) as run:
        channels = [run.sandbox.world.add_channel(f"soaked_{number}", f"№ {number}") for number in range(plan.channels)]
        await run.watch(*channels)
        await run.subscribe({run.admin.id: [TOLD]})
        heard = _hear(run)
        storm, reckoning = (
            Storm(run.sandbox, channels, random, silence=plan.silence),
            Reckoning(folder / "dozor.db", channels),
        )
        for _ in range(plan.pauses):
            await _rage(run, storm, random, plan)
            storm.calm()
            await _peace(reckoning, plan)
        await _told(run, reckoning, heard, plan)


async def _rage(run: Running, storm: Storm, random: Random, plan: Plan) -> None:
    """One part of the events, while the product is killed again and again."""
    kills, events = plan.kills // plan.pauses, plan.events // plan.pauses
    seconds = max(kills, 1) * plan.life_s
    killing = asyncio.create_task(_kill(run, random, kills, plan.life_s))
    try:
        for _ in range(events):
            storm.event()
            if random.random() < 0.05:
                storm.fault()
            await asyncio.sleep(seconds / events)
        await killing
    finally:
        killing.cancel()


async def _kill(run: Running, random: Random, kills: int, life_s: float) -> None:
    for _ in range(kills):
        await asyncio.sleep(random.uniform(0.2, 2 * life_s))
        await run.kill()
        await run.start()


async def _peace(reckoning: Reckoning, plan: Plan) -> None:
    try:
        await until(reckoning.agrees, plan.patience_s, every=CHECK_S)
    except TimeoutError:
        complaints = reckoning.complaints()
        raise DisagreementError(f"seed {plan.seed}: {len(complaints)} wrong: {'; '.join(complaints[:20])}") from None
    if complaints := reckoning.complaints():
        raise DisagreementError(f"seed {plan.seed}: {len(complaints)} wrong: {'; '.join(complaints[:20])}")


def _hear(run: Running) -> Counter[str]:
    heard: Counter[str] = Counter()

    def hear(kind: str, message: dict[str, object]) -> None:
        if kind == "message":
            heard.update({word for word in str(message.get("text")).split() if word.startswith("номер")})

    run.sandbox.chats.subscribe(hear)
    return heard


async def _told(run: Running, reckoning: Reckoning, heard: Counter[str], plan: Plan) -> None:
    """Every post that was seen with the word is told of; what is told twice, a kill has repeated."""
    wanted = {text.split()[2] for texts in reckoning.seen.values() for text in texts if TOLD in text}
    try:
        await until(lambda: wanted <= heard.keys(), plan.patience_s)
    except TimeoutError:
        raise DisagreementError(f"seed {plan.seed}: never told: {sorted(wanted - heard.keys())[:20]}") from None
    again = sum(heard.values()) - len(heard)
    if again > plan.kills:
        raise DisagreementError(f"seed {plan.seed}: {again} alerts were repeated by {plan.kills} kills")
