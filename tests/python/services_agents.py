"""A published `livekit-agents` worker serves rooms: called by name, called by itself, killed.

Run by `cargo xtask test` with the interpreter that has `livekit-agents`, and LIVEKIT_URL,
LIVEKIT_API_KEY and LIVEKIT_API_SECRET set.
"""

import asyncio
import os
import signal
import socket
import sys
import unittest

from livekit import api, rtc

from people import KEY, SECRET, URL, join, leave, until

HTTP = URL.replace("ws", "http", 1)
HERE = os.path.dirname(os.path.abspath(__file__))


class Worker:
    """A worker in a process group of its own, so that all of it can be killed."""

    def __init__(self, agent_name: str, label: str):
        self.agent_name, self.label = agent_name, label

    async def __aenter__(self) -> "Worker":
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            os.path.join(HERE, "services_worker.py"),
            self.agent_name,
            str(port),
            env={
                **os.environ,
                "LIVEKIT_URL": URL,
                "LIVEKIT_API_KEY": KEY,
                "LIVEKIT_API_SECRET": SECRET,
                "WORKER_LABEL": self.label,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        self.lines = []
        self.reader = asyncio.create_task(self._read())
        await until(
            lambda: any("registered worker" in line for line in self.lines),
            f"worker {self.label} registers",
            120,
        )
        return self

    async def __aexit__(self, failure, *_) -> None:
        self.kill()
        await self.process.wait()
        self.reader.cancel()
        if failure:
            print("".join(self.lines), file=sys.stderr)

    def kill(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    async def _read(self) -> None:
        async for line in self.process.stdout:
            self.lines.append(line.decode(errors="replace"))


class Agents(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.api = api.LiveKitAPI(HTTP, KEY, SECRET)
        self.room = f"agents-{self._testMethodName[:40]}"
        self.people = []

    async def asyncTearDown(self):
        for person in self.people:
            await leave(person)
        await self.api.aclose()

    async def enter(self, identity: str) -> rtc.Room:
        person = await join(identity, self.room, True)
        self.people.append(person)
        return person

    async def dispatch(self, agent_name: str) -> api.AgentDispatch:
        return await self.api.agent_dispatch.create_dispatch(
            api.CreateAgentDispatchRequest(
                agent_name=agent_name, room=self.room, metadata="a word"
            )
        )

    async def agent(self, person: rtc.Room, label: str, within: float = 90):
        """The agent of the worker with this label, seen by a participant."""

        def find():
            return next(
                (
                    other
                    for other in person.remote_participants.values()
                    if other.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
                    and other.attributes.get("worker") == label
                ),
                None,
            )

        return await until(find, f"the agent of {label}", within)

    async def jobs(self) -> list:
        listed = await self.api.agent_dispatch.list_dispatch(self.room)
        return [job for dispatch in listed for job in dispatch.state.jobs]

    async def test_an_agent_is_called_by_name_and_sent_away(self):
        async with Worker("barista", "one"):
            ana = await self.enter("ana")
            made = await self.dispatch("barista")
            agent = await self.agent(ana, "one")
            self.assertEqual(agent.attributes["lk.agent_name"], "barista")
            await until(lambda: ana.packets, "the greeting", 60)
            self.assertEqual(ana.packets[0].topic, "greeting")
            [job] = await self.jobs()
            self.assertEqual((job.dispatch_id, job.metadata), (made.id, "a word"))
            self.assertEqual(job.state.participant_identity, agent.identity)

            await self.api.agent_dispatch.delete_dispatch(made.id, self.room)
            await until(
                lambda: agent.identity not in ana.remote_participants, "the agent leaves", 60
            )
            self.assertEqual(await self.api.agent_dispatch.list_dispatch(self.room), [])

    async def test_a_token_brings_its_agent(self):
        async with Worker("waiter", "two"):
            config = api.RoomConfiguration(agents=[api.RoomAgentDispatch(agent_name="waiter")])
            token = (
                api.AccessToken(KEY, SECRET)
                .with_identity("ana")
                .with_grants(api.VideoGrants(room_join=True, room=self.room))
                .with_room_config(config)
                .to_jwt()
            )
            ana = rtc.Room()
            self.people.append(ana)
            await ana.connect(URL, token)
            await self.agent(ana, "two")

    async def test_a_worker_without_a_name_serves_every_new_room(self):
        async with Worker("", "three"):
            ana = await self.enter("ana")
            await self.agent(ana, "three")

    async def test_when_a_worker_is_killed_another_goes_on_with_its_job(self):
        async with Worker("barista", "first") as first:
            ana = await self.enter("ana")
            await self.dispatch("barista")
            await self.agent(ana, "first")
            [before] = await self.jobs()
            async with Worker("barista", "second"):
                first.kill()
                await self.agent(ana, "second")
                [after] = await self.jobs()
                self.assertEqual(after.id, before.id)
                self.assertNotEqual(after.state.worker_id, before.state.worker_id)


if __name__ == "__main__":
    unittest.main(verbosity=2)
