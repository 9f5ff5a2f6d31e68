"""The published `livekit-api` receives webhooks: all of them, in order, also after a crash.

Starts servers of its own, whose webhooks come here: STOA_BIN is the binary. Run by
`cargo xtask test`.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import unittest

from aiohttp import web
from livekit import api, rtc

from people import until

KEY, SECRET = "hooks", "a secret of decent length for webhooks"
BINARY = os.environ.get("STOA_BIN")
# Variables of this name would configure the server.
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    """Checks every signature; while it is `down` it answers 503."""

    def __init__(self):
        self.events, self.refused, self.down = [], 0, False
        self.receiver = api.WebhookReceiver(api.TokenVerifier(KEY, SECRET))
        self.port = free_port()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/hook", self.take)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()

    async def take(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode()
        event = self.receiver.receive(body, request.headers["Authorization"])
        if self.down:
            self.refused += 1
            return web.Response(status=503)
        self.events.append(event)
        return web.Response(status=204)

    def told(self, room: str) -> list[str]:
        return [event.event for event in self.events if event.room.name == room]


class Server:
    def __init__(self, hook_port: int):
        self.folder = tempfile.TemporaryDirectory()
        self.http = free_port()
        self.config = os.path.join(self.folder.name, "stoa.toml")
        with open(self.config, "w") as config:
            config.write(
                f"""
[keys]
{KEY} = "{SECRET}"
[http]
listen = "127.0.0.1:{self.http}"
[media]
addresses = ["127.0.0.1"]
udp_port = {free_port()}
tcp_port = {free_port()}
[turn]
udp_port = 0
tcp_port = 0
tls_port = 0
[rooms]
departure_timeout_s = 1
[store]
path = "{self.folder.name}/stoa.sqlite"
[webhooks]
urls = ["http://127.0.0.1:{hook_port}/hook"]
api_key = "{KEY}"
"""
            )
        self.api = api.LiveKitAPI(f"http://127.0.0.1:{self.http}", KEY, SECRET)

    async def start(self) -> None:
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.config], env=QUIET)
        for _ in range(200):
            try:
                await self.api.room.list_rooms(api.ListRoomsRequest())
                return
            except Exception:
                await asyncio.sleep(0.1)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def pending(self) -> str:
        listed = [BINARY, "webhooks", "pending", "--config", self.config]
        told = subprocess.run(listed, capture_output=True, text=True, check=True, env=QUIET)
        return told.stdout

    async def stop(self) -> None:
        await self.api.aclose()
        self.process.terminate()
        self.process.wait(30)
        self.folder.cleanup()


class Webhooks(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.receiver = Receiver()
        await self.receiver.start()
        self.server = Server(self.receiver.port)
        await self.server.start()

    async def asyncTearDown(self):
        await self.server.stop()
        await self.receiver.runner.cleanup()

    def token(self, identity: str, room: str) -> str:
        grants = api.VideoGrants(room_join=True, room=room)
        return api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(grants).to_jwt()

    async def test_a_call_is_told_from_its_beginning_to_its_end(self):
        ana = rtc.Room()
        await ana.connect(f"ws://127.0.0.1:{self.server.http}", self.token("ana", "call"))
        source = rtc.AudioSource(48_000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await ana.local_participant.publish_track(track, options)
        silence = rtc.AudioFrame(bytes(960), 48_000, 1, 480)
        for _ in range(50):
            await source.capture_frame(silence)
        await until(lambda: "track_published" in self.receiver.told("call"), "track_published")
        await ana.local_participant.unpublish_track(publication.sid)
        await until(lambda: "track_unpublished" in self.receiver.told("call"), "track_unpublished")
        await ana.disconnect()
        await until(lambda: "room_finished" in self.receiver.told("call"), "room_finished", 30)
        self.assertEqual(
            self.receiver.told("call"),
            [
                "room_started",
                "participant_joined",
                "track_published",
                "track_unpublished",
                "participant_left",
                "room_finished",
            ],
        )
        joined = self.receiver.events[1]
        self.assertEqual(joined.participant.identity, "ana")
        published = self.receiver.events[2]
        self.assertEqual(published.track.sid, publication.sid)

    async def test_what_happened_before_a_crash_is_told_after_it(self):
        self.receiver.down = True
        rooms = self.server.api.room
        for name in ("red", "blue"):
            await rooms.create_room(api.CreateRoomRequest(name=name))
        await rooms.delete_room(api.DeleteRoomRequest(room="red"))
        await until(lambda: self.receiver.refused >= 2, "the receiver is tried")
        await until(lambda: "pending: 3" in self.server.pending(), "three are written down")
        self.assertIn("the receiver answered 503", self.server.pending())
        self.server.kill()

        self.receiver.down = False
        await self.server.start()
        await until(lambda: len(self.receiver.events) >= 3, "they are told after the crash", 30)
        self.assertEqual(self.receiver.told("red"), ["room_started", "room_finished"])
        self.assertEqual(self.receiver.told("blue"), ["room_started"])
        await until(lambda: "pending: 0" in self.server.pending(), "nothing is left")

    async def test_a_server_that_ends_tells_of_the_end_of_its_rooms(self):
        await self.server.api.room.create_room(api.CreateRoomRequest(name="red"))
        await until(lambda: self.receiver.told("red"), "the room has begun")
        self.server.process.terminate()
        await until(lambda: "room_finished" in self.receiver.told("red"), "and ends", 30)


if __name__ == "__main__":
    if not BINARY:
        sys.exit("set STOA_BIN to the path of the stoa binary")
    unittest.main(verbosity=2)
