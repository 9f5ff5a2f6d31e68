"""What schemathesis is told of the server: who asks, and which things are there.

Its command line reads this (SCHEMATHESIS_HOOKS); STAGE is what `fuzz_api.py` has found and made.
"""

import itertools
import json
import os
import zlib

import schemathesis

with open(os.environ["STAGE"], encoding="utf-8") as stage:
    STAGE = json.load(stage)
TURNS = itertools.count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Three times of four the thing is there: who names another is soon told that there is none."""
    path = context.operation.path
    segments = path.split("/")
    for name, value in (path_parameters or {}).items():
        before = segments[segments.index(f"{{{name}}}") - 1]
        known = STAGE["things"].get(f"{before}.{name}")
        # Of the value alone, so that a case can be repeated.
        number = zlib.crc32(repr(value).encode())
        if known and number % 4:
            path_parameters[name] = known[number // 4 % len(known)]
    return path_parameters


@schemathesis.hook
def before_call(context, case, kwargs):
    """Callers take turns, and come from everywhere: each may ask only so often."""
    turn = next(TURNS)
    case.headers["X-Forwarded-For"] = f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}"
    operation = case.operation.definition.raw
    ways = [way for needed in operation.get("security", []) for way in needed]
    if operation.get("x-stoa-right") == STAGE["for_people"]:
        ways.remove("api_key")
    for way in ("api_key", "session", "room_token"):
        if way in ways:
            callers = STAGE["callers"][way]
            case.headers.update(callers[turn % len(callers)])
            return
