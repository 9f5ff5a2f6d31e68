"""Data tracks between participants of the published Python SDK.

Run by `cargo xtask test` with LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET set.
"""

import asyncio
import itertools
import unittest

from livekit import rtc

from people import join, leave, until


class DataTracks(unittest.IsolatedAsyncioTestCase):
    async def test_frames_arrive_whole_in_every_pair_of_modes(self):
        for single, other in itertools.product((True, False), repeat=2):
            with self.subTest(ana_single=single, ben_single=other):
                room = f"py-data-{single}-{other}"
                ana = await join("ana", room, single)
                ben = await join("ben", room, other)
                announced = asyncio.get_running_loop().create_future()
                ben.on("data_track_published", announced.set_result)
                track = await ana.local_participant.publish_data_track(name="pose")
                remote = await asyncio.wait_for(announced, 10)
                self.assertEqual((remote.info.name, remote.publisher_identity), ("pose", "ana"))
                stream = remote.subscribe()
                pushing = asyncio.create_task(push(track))
                for _ in range(20):
                    frame = await asyncio.wait_for(stream.read(), 10)
                    number = frame.user_timestamp
                    self.assertEqual(frame.payload, bytes([number % 251]) * 20_000)
                pushing.cancel()
                await track.unpublish()
                await until(lambda: not remote.is_published(), "ben knows that it has ended")
                await leave(ana, ben)


async def push(track: rtc.LocalDataTrack) -> None:
    for number in itertools.count(1):
        track.try_push(rtc.DataTrackFrame(bytes([number % 251]) * 20_000, user_timestamp=number))
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    unittest.main(verbosity=2)
