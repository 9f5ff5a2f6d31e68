"""The published Python SDK meets itself in each combination of connection modes.

Run by `cargo xtask test` with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set.
"""

import asyncio
import itertools
import os
import unittest

from livekit import rtc

from people import HEIGHT, WIDTH, hears, join, leave, paint, sees, sing, until

RED, GREEN = (200, 30, 30), (30, 160, 60)
MODES = {"one connection": True, "two connections": False}


class Meeting(unittest.IsolatedAsyncioTestCase):
    async def test_people_see_and_hear_each_other_in_every_pair_of_modes(self):
        for ana_mode, ben_mode in itertools.product(MODES, MODES):
            with self.subTest(ana=ana_mode, ben=ben_mode):
                room = f"py-{MODES[ana_mode]}-{MODES[ben_mode]}"
                ana = await join("ana", room, MODES[ana_mode])
                await paint(ana, RED)
                await sing(ana, 440)
                ben = await join("ben", room, MODES[ben_mode])
                await paint(ben, GREEN)
                await sing(ben, 880)
                await asyncio.gather(
                    sees(ben, "ana", RED),
                    sees(ana, "ben", GREEN),
                    hears(ben, "ana", 440),
                    hears(ana, "ben", 880),
                )
                await leave(ana)
                await until(lambda: "ana" not in ben.remote_participants, "ben is told")
                await leave(ben)

    async def test_a_late_joiner_gets_the_large_picture(self):
        ana = await join("ana", "py-late", True)
        await paint(ana, RED)
        ben = await join("ben", "py-late", True)

        async def large():
            while await sees(ben, "ana", RED) != (WIDTH, HEIGHT):
                await asyncio.sleep(0.2)

        await asyncio.wait_for(large(), 30)
        await leave(ana, ben)


class Data(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.ana = await join("ana", self.id(), True)
        self.ben = await join("ben", self.id(), False)
        await until(lambda: "ben" in self.ana.remote_participants, "ana knows ben")
        await until(lambda: "ana" in self.ben.remote_participants, "ben knows ana")

    async def asyncTearDown(self):
        await leave(self.ana, self.ben)

    async def test_packets_arrive_with_the_senders_name_and_in_order(self):
        for number in range(200):
            await self.ana.local_participant.publish_data(str(number), reliable=True, topic="count")
        await until(lambda: len(self.ben.packets) == 200, "200 packets")
        self.assertEqual([int(p.data) for p in self.ben.packets], list(range(200)))
        self.assertEqual({p.participant.identity for p in self.ben.packets}, {"ana"})

    async def test_a_packet_for_one_is_seen_by_no_other(self):
        cem = await join("cem", self.id(), True)
        await until(lambda: "cem" in self.ana.remote_participants, "ana knows cem")
        await self.ana.local_participant.publish_data("psst", destination_identities=["cem"])
        await self.ana.local_participant.publish_data("all")
        await until(lambda: len(cem.packets) == 2, "cem hears both")
        await until(lambda: len(self.ben.packets) == 1, "ben hears one")
        self.assertEqual(bytes(self.ben.packets[0].data), b"all")
        await leave(cem)

    async def test_a_call_of_a_procedure_is_answered(self):
        @self.ben.local_participant.register_rpc_method("price")
        async def price(call: rtc.RpcInvocationData) -> str:
            return f"{call.payload} costs 12.50 to {call.caller_identity}"

        answer = await self.ana.local_participant.perform_rpc(
            destination_identity="ben", method="price", payload="SKU-7"
        )
        self.assertEqual(answer, "SKU-7 costs 12.50 to ana")
        with self.assertRaises(rtc.RpcError) as refused:
            await self.ana.local_participant.perform_rpc(
                destination_identity="ben", method="unknown", payload=""
            )
        self.assertEqual(refused.exception.code, rtc.RpcError.ErrorCode.UNSUPPORTED_METHOD)

    async def test_a_large_file_arrives_as_it_was(self):
        received = asyncio.get_running_loop().create_future()

        def take(reader: rtc.ByteStreamReader, identity: str):
            async def read():
                chunks = [chunk async for chunk in reader]
                received.set_result((identity, b"".join(chunks)))

            self.reading = asyncio.create_task(read())

        self.ben.register_byte_stream_handler("files", take)
        # Random bytes, so that nothing on the way can shorten them.
        sent = os.urandom(5_000_000)
        writer = await self.ana.local_participant.stream_bytes(
            "catalogue.pdf", topic="files", total_size=len(sent)
        )
        await writer.write(sent)
        await writer.aclose()
        identity, bytes_received = await asyncio.wait_for(received, 60)
        self.assertEqual(identity, "ana")
        self.assertTrue(bytes_received == sent, "the bytes differ")

    async def test_attributes_and_metadata_reach_the_others(self):
        await self.ana.local_participant.set_attributes({"desk": "returns"})
        await self.ana.local_participant.set_metadata("likes red")
        other = self.ben.remote_participants["ana"]
        await until(lambda: other.attributes.get("desk") == "returns", "the attribute")
        await until(lambda: other.metadata == "likes red", "the metadata")


class Muting(unittest.IsolatedAsyncioTestCase):
    async def test_the_others_learn_of_mute_and_unmute_and_of_unpublishing(self):
        ana = await join("ana", "py-mute", True)
        publication = await sing(ana, 440)
        ben = await join("ben", "py-mute", True)
        await hears(ben, "ana", 440)
        seen = ben.remote_participants["ana"].track_publications[publication.sid]
        publication.track.mute()
        await until(lambda: seen.muted, "muted")
        publication.track.unmute()
        await until(lambda: not seen.muted, "not muted")
        await hears(ben, "ana", 440)
        await ana.local_participant.unpublish_track(publication.sid)
        await until(
            lambda: not ben.remote_participants["ana"].track_publications, "the track is gone"
        )
        await leave(ana, ben)


if __name__ == "__main__":
    unittest.main(verbosity=2)
