"""Whatever is sent to an operation of the OpenAPI document, it may refuse, but it does not fail.

Requests are made by schemathesis from openapi/stoa.json, with a fixed seed; whoever asks may do
everything. Starts a server of its own: STOA_BIN is the binary. Run by `cargo xtask test`.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import requests

BINARY = os.environ.get("STOA_BIN")
# Variables of this name would configure the server.
QUIET = {name: value for name, value in os.environ.items() if not name.startswith("STOA_")}
HERE = pathlib.Path(__file__).parent
DOCUMENT = HERE.parent.parent / "openapi/stoa.json"
RUN = [sys.executable, "-c", "from schemathesis.cli import schemathesis as run; run()", "run"]
# With those at the bounds of the schemas about three thousand requests, in about a minute.
CASES = 10
CHECKS = ["not_a_server_error", "response_schema_conformance", "content_type_conformance"]
# Of each kind; some cases remove theirs.
THINGS = 24
# Callers of each kind; each may ask only so often.
CALLERS = 8
# No API key has it.
FOR_PEOPLE = "platform.tenants"
# What one may say in a room.
COMMANDS = ["chat.say", "questions.ask", "hands.raise", "lobby.set", "timer.start", "moderation.mute_all", "no.such"]
# Thousands of writes would wait for the disk, and nothing here outlives the test.
MEMORY = "/dev/shm" if os.path.isdir("/dev/shm") else None
EMAIL = "owner@example.com"


class Server:
    def __init__(self, folder: str):
        ports = []
        for _ in range(3):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                ports.append(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{ports[0]}"
        self.config = os.path.join(folder, "stoa.toml")
        with open(self.config, "w", encoding="utf-8") as config:
            config.write(
                f"""
[keys]
fuzz = "a secret of decent length for fuzzing"
[http]
listen = "127.0.0.1:{ports[0]}"
trust_forwarded_for = true
[media]
addresses = ["127.0.0.1"]
udp_port = {ports[1]}
tcp_port = {ports[2]}
[turn]
udp_port = 0
tcp_port = 0
[store]
path = "{folder}/stoa.sqlite"
[files]
path = "{folder}/files"
"""
            )
        self.process = subprocess.Popen([BINARY, "serve", "--config", self.config], env=QUIET)
        for _ in range(300):
            try:
                if requests.get(f"{self.url}/readyz", timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer")

    def make_owner(self) -> str:
        account = ["account", "create", "--tenant", "shop", "--email", EMAIL, "--name", "Owner", "--operator"]
        told = subprocess.run(
            [BINARY, *account, "--config", self.config],
            capture_output=True, text=True, check=True, env=QUIET,
        )
        return told.stdout.split()[-1]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Owner:
    """Signed in, with a tenant that has something of everything."""

    def __init__(self, server: Server):
        self.url, self.page, self.things = server.url, requests.Session(), {}
        self.post("/v1/session", {"email": EMAIL, "password": server.make_owner()})
        self.page.headers["X-Stoa-CSRF"] = self.page.cookies["stoa_csrf"]
        for number in range(THINGS):
            self.furnish(number)

    def stage(self) -> dict:
        return {
            "things": self.things | {"commands.method": COMMANDS},
            "for_people": FOR_PEOPLE,
            "callers": {
                "session": [self.session()],
                "api_key": [self.key() for _ in range(CALLERS)],
                "room_token": [self.guest() for _ in range(CALLERS)],
            },
        }

    def furnish(self, number: int) -> None:
        plan = {"starts_at": "2027-01-05T15:00", "timezone": "Asia/Shanghai", "duration_min": 60}
        new = {"kind": "meeting", "title": f"Room {number}"}
        room = self.made("rooms.id", "/v1/rooms", new | ({"schedule": plan} if number % 2 else {}))
        self.things.setdefault("join.code", []).append(room["link"]["code"])
        path = f"/v1/rooms/{room['id']}"
        self.made("links.id", f"{path}/links", {"role": "member"})
        self.made("files.id", f"{path}/files?name=a.txt", data=b"Words")
        self.made("api-keys.id", "/v1/api-keys", {"label": "spare", "scopes": ["rooms.read"]})
        staff = {"email": f"staff-{number}@example.com", "name": "Staff", "role": "staff"}
        self.made("people.id", "/v1/people", staff)
        self.made("tenants.id", "/v1/tenants", {"name": f"Tenant {number}", "slug": f"tenant-{number}"})
        # A tenant may have twenty.
        if number % 2:
            hook = self.made("webhooks.id", "/v1/webhooks", {"url": "https://shop.example.com/hook"})
            self.post(f"/v1/webhooks/{hook['id']}/test")
            log = self.page.get(f"{self.url}/v1/webhooks/{hook['id']}/deliveries").json()
            self.things.setdefault("deliveries.delivery", []).append(log["items"][0]["id"])

    def made(self, kind: str, path: str, body: dict | None = None, **options) -> dict:
        thing = self.post(path, body, **options)
        self.things.setdefault(kind, []).append(thing["id"])
        return thing

    def post(self, path: str, body: dict | None = None, **options) -> dict:
        answer = self.page.post(self.url + path, json=body, **options)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def session(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.page.cookies.items())
        return {"Cookie": cookies, "X-Stoa-CSRF": self.page.cookies["stoa_csrf"]}

    def key(self) -> dict[str, str]:
        paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"].values()
        rights = {operation.get("x-stoa-right") for path in paths for operation in path.values()}
        scopes = sorted(rights - {None, FOR_PEOPLE})
        made = self.post("/v1/api-keys", {"label": "fuzz", "scopes": scopes})
        return {"Authorization": f"Bearer {made['secret']}"}

    def guest(self) -> dict[str, str]:
        room = self.post("/v1/rooms", {"kind": "meeting", "title": "Open"})
        token = self.post(f"/v1/rooms/{room['id']}/token", {})["token"]
        return {"Authorization": f"Bearer {token}"}


class Fuzz(unittest.TestCase):
    def test_no_request_makes_an_operation_fail(self):
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
            server = Server(folder)
            self.addCleanup(server.stop)
            stage = os.path.join(folder, "stage.json")
            with open(stage, "w", encoding="utf-8") as file:
                json.dump(Owner(server).stage(), file)
            run = [*RUN, str(DOCUMENT), "--url", server.url, "--checks", ",".join(CHECKS)]
            run += ["--seed", "7", "--max-examples", str(CASES), "--phases", "examples,coverage,fuzzing"]
            # Every case, every time: none remembered from last time, none left out after a find.
            run += ["--generation-database", "none", "--continue-on-failure"]
            # The session is shared.
            run += ["--exclude-operation-id", "sign_out", "--warnings", "off"]
            hooks = {"PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "fuzz_hooks", "STAGE": stage}
            fuzz = subprocess.run(run, env=QUIET | hooks, cwd=folder, check=False)
            self.assertEqual(fuzz.returncode, 0)


if __name__ == "__main__":
    unittest.main()
