"""Chats that another process takes up."""

from dataclasses import asdict
from pathlib import Path

from sandbox import membership
from sandbox.chats import Chats
from sandbox.transcript import Transcript

TOKEN = "4242:loopback"


def test_people_chats_and_what_was_said_are_as_they_were(tmp_path: Path) -> None:
    chats, transcript = Chats(), Transcript(tmp_path / "chats.jsonl")
    transcript.follow(chats)
    bot = chats.add_bot(TOKEN)
    leyla = chats.add_person("Leyla", username="leyla", language_code="ru")
    group = chats.add_group("Редакция", [leyla], admins=[leyla], forum=True)
    group.threads[7] = "Новости"
    chats.say(leyla, "/start")
    chats.say(leyla, "/help", group, thread=7)
    private = chats.chats[leyla.id]
    kept = chats.send(
        bot, private, text="one", reply_markup={"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    )
    gone = chats.send(bot, private, text="two", reply_markup={"keyboard": [[{"text": "pick"}]]})
    chats.edit(private, kept["message_id"], text="one, corrected")
    chats.delete(private, gone["message_id"])
    grown = membership.promote(chats, chats.add_group("Basic", [leyla], basic=True), leyla)
    transcript.close()
    again = Chats()
    Transcript(tmp_path / "chats.jsonl").restore(again)
    assert grown.id in again.chats
    for number, chat in chats.chats.items():
        assert asdict(again.chats[number]) == asdict(chat)
    assert again.people == chats.people
