"""What a room can do beyond media, by the published Python SDK: commands are procedures of the
participant `stoa`, events are data packets of topic `stoa` (docs/room-protocol.md).

Run by `cargo xtask test` with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set.
"""

import json
import unittest

from livekit import rtc

from people import join, leave, until

ROOM = "stoa"


class Member:
    """A person who hears what happens in the room."""

    def __init__(self, person: rtc.Room):
        self.person = person

    async def does(self, method: str, **payload) -> dict:
        reply = await self.person.local_participant.perform_rpc(
            destination_identity=ROOM, method=method, payload=json.dumps(payload)
        )
        return json.loads(reply)

    def heard(self) -> list[dict]:
        packets = (packet for packet in self.person.packets if packet.topic == ROOM)
        # Packets of this topic from anybody else are not the room's.
        return [json.loads(packet.data) for packet in packets if packet.participant is None]

    def snapshot(self) -> dict | None:
        pieces = [said["snapshot"] for said in self.heard() if "snapshot" in said]
        if not pieces or len(pieces) < pieces[0]["count"]:
            return None
        pieces.sort(key=lambda piece: piece["index"])
        return json.loads("".join(piece["text"] for piece in pieces))

    def event(self, feature: str, kind: str) -> dict | None:
        events = (said["event"] for said in self.heard() if "event" in said)
        return next((e for e in events if (e["feature"], e["type"]) == (feature, kind)), None)


class Features(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.ana = Member(await join("ana", self.id(), True))
        self.ben = Member(await join("ben", self.id(), False))
        for member in (self.ana, self.ben):
            self.assertEqual(await member.does("room.hello"), {"version": 1})
            await until(member.snapshot, "the snapshot")

    async def asyncTearDown(self):
        await leave(self.ana.person, self.ben.person)

    async def test_a_raised_hand_is_seen_by_all_and_by_those_who_come_later(self):
        await self.ana.does("hands.raise", note="about the price")
        for member in (self.ana, self.ben):
            raised = await until(lambda: member.event("hands", "raised"), "the hand")
            self.assertEqual(raised["hand"]["identity"], "ana")
            self.assertEqual(raised["hand"]["note"], "about the price")
        cem = Member(await join("cem", self.id(), True))
        await cem.does("room.hello")
        snapshot = await until(cem.snapshot, "the snapshot")
        self.assertEqual([hand["identity"] for hand in snapshot["hands"]["queue"]], ["ana"])
        await self.ana.does("hands.lower")
        lowered = await until(lambda: self.ben.event("hands", "lowered"), "the hand goes down")
        self.assertEqual(lowered["identity"], "ana")
        await leave(cem.person)

    async def test_what_is_said_arrives_once(self):
        message = {"id": "one", "text": "价格 is 12.50", "to": {"kind": "all"}}
        first = await self.ana.does("chat.say", **message)
        again = await self.ana.does("chat.say", **message)
        self.assertEqual(first, again)
        said = await until(lambda: self.ben.event("chat", "said"), "the message")
        self.assertEqual(said["message"]["text"], "价格 is 12.50")
        self.assertEqual(said["message"]["from"]["identity"], "ana")

    async def test_a_refusal_says_why(self):
        for method, code in [("room.fly", "unknown_method"), ("room.lock", None)]:
            with self.subTest(method=method):
                with self.assertRaises(rtc.RpcError) as refused:
                    await self.ana.does(method, locked=True)
                self.assertEqual(refused.exception.code, 1600)
                refusal = json.loads(refused.exception.data)
                self.assertEqual(refusal["code"], code or "right_missing")
                self.assertTrue(refusal["message"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
