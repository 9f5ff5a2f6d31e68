"""Participants of the published Python SDK that paint, sing, look and listen."""

import asyncio
import os
import time

import numpy as np
from livekit import api, rtc

URL = os.environ.get("LIVEKIT_URL", "ws://127.0.0.1:7880")
KEY = os.environ.get("LIVEKIT_API_KEY", "devkey")
SECRET = os.environ.get("LIVEKIT_API_SECRET", "secret")

WIDTH, HEIGHT, FPS = 640, 360, 15
RATE, CHUNK = 48_000, 480


def token(identity: str, room: str, **grants) -> str:
    video = api.VideoGrants(room_join=True, room=room, can_update_own_metadata=True, **grants)
    return api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(video).to_jwt()


async def join(identity: str, room: str, single: bool, **options) -> rtc.Room:
    person = rtc.Room()
    person.packets = []
    person.on("data_received", lambda packet: person.packets.append(packet))
    settings = rtc.RoomOptions(single_peer_connection=single, **options)
    await person.connect(URL, token(identity, room), settings)
    return person


async def paint(person: rtc.Room, color: tuple[int, int, int]) -> rtc.LocalTrackPublication:
    """Publishes a camera that shows one colour with a moving bar; simulcast as by default."""
    source = rtc.VideoSource(WIDTH, HEIGHT)
    track = rtc.LocalVideoTrack.create_video_track("camera", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_CAMERA)

    async def draw() -> None:
        picture = np.zeros((HEIGHT, WIDTH, 4), dtype=np.uint8)
        number = 0
        while True:
            picture[:, :] = (*color, 255)
            at = (number * 8) % WIDTH
            picture[: HEIGHT // 4, at : at + 8] = 255
            frame = rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.RGBA, picture.tobytes())
            source.capture_frame(frame)
            number += 1
            await asyncio.sleep(1 / FPS)

    person.painter = asyncio.create_task(draw())
    return await person.local_participant.publish_track(track, options)


async def sing(person: rtc.Room, frequency: float) -> rtc.LocalTrackPublication:
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)

    async def tone() -> None:
        at = 0
        while True:
            wave = np.sin(2 * np.pi * frequency * (np.arange(CHUNK) + at) / RATE)
            samples = (wave * 12_000).astype(np.int16).tobytes()
            await source.capture_frame(rtc.AudioFrame(samples, RATE, 1, CHUNK))
            at += CHUNK

    person.singer = asyncio.create_task(tone())
    return await person.local_participant.publish_track(track, options)


async def track_of(person: rtc.Room, identity: str, kind, within: float = 15) -> rtc.Track:
    """Waits until `person` is subscribed to a track of this kind of `identity`."""

    def find():
        other = person.remote_participants.get(identity)
        publications = other.track_publications.values() if other else ()
        return next((p.track for p in publications if p.track and p.kind == kind), None)

    return await until(find, f"a track of {identity}", within)


async def until(ask, what: str, within: float = 15):
    deadline = time.monotonic() + within
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"did not come true within {within} s: {what}")
        await asyncio.sleep(0.05)


async def sees(person: rtc.Room, identity: str, color, within: float = 20) -> tuple[int, int]:
    """Passes when a received picture has the colour; its size is the answer."""
    track = await track_of(person, identity, rtc.TrackKind.KIND_VIDEO)
    stream = rtc.VideoStream(track, format=rtc.VideoBufferType.RGBA)
    last = None

    async def look() -> tuple[int, int]:
        nonlocal last
        async for event in stream:
            frame = event.frame
            pixels = np.frombuffer(frame.data, dtype=np.uint8).reshape(frame.height, frame.width, 4)
            last = pixels[frame.height // 2 :, :, :3].reshape(-1, 3).mean(axis=0)
            if np.abs(last - np.array(color)).max() < 40:
                return frame.width, frame.height
        raise AssertionError("the stream ended")

    try:
        return await asyncio.wait_for(look(), within)
    except asyncio.TimeoutError:
        raise AssertionError(f"{identity} should look like {color}, last seen: {last}") from None
    finally:
        await stream.aclose()


async def hears(person: rtc.Room, identity: str, frequency: float, within: float = 20) -> None:
    """Passes when half a second of received sound has this frequency as its loudest."""
    track = await track_of(person, identity, rtc.TrackKind.KIND_AUDIO)
    stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1)
    last = None

    async def listen() -> None:
        nonlocal last
        samples = np.zeros(0, dtype=np.int16)
        async for event in stream:
            samples = np.concatenate([samples, np.frombuffer(event.frame.data, dtype=np.int16)])
            if len(samples) < RATE // 2:
                continue
            spectrum = np.abs(np.fft.rfft(samples[-RATE // 2 :]))
            last = float(np.argmax(spectrum)) * 2, float(np.abs(samples).mean())
            samples = samples[-RATE // 4 :]
            if abs(last[0] - frequency) < 10 and last[1] > 500:
                return

    try:
        await asyncio.wait_for(listen(), within)
    except asyncio.TimeoutError:
        raise AssertionError(f"{identity} should sound at {frequency} Hz, last: {last}") from None
    finally:
        await stream.aclose()


async def leave(*people: rtc.Room) -> None:
    for person in people:
        for name in ("painter", "singer"):
            task = getattr(person, name, None)
            if task:
                task.cancel()
        await person.disconnect()
