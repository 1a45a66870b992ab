"""Hears who asks to come in, with a plain WebSocket: Engine.IO 3, in which the client pings.

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/python listen.py [topics]
"""

import asyncio
import base64
import json
import os
import sys
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

URL = os.environ.get("DOORSTREAM_URL", "http://127.0.0.1:8080").rstrip("/")
CLIENT = os.environ.get("DOORSTREAM_CLIENT", "demo")
SECRET = os.environ.get("DOORSTREAM_SECRET", "demo-secret")
SYSTEM = os.environ.get("DOORSTREAM_SYSTEM", "0738b8df-329a-4d50-88e7-7a48928c4d6f")
TOPICS = sys.argv[1:] or ["device.request.allowed", "device.request.denied", "device.request.unknown"]

# What a frame begins with: Engine.IO's packet type, and Socket.IO's after it.
PING = "2"
EVENT = "42"
REFUSED = "44"


class Refused(Exception):
    """What will not pass by trying again."""


def post(path, authorization, form=b""):
    request = Request(URL + path, data=form, headers={"Authorization": authorization})
    try:
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code >= 500 or error.code == 429:
            raise
        raise Refused(f"{path} answered {error.code}: {error.read().decode()}") from error


def ask_for_token():
    """Two steps: the API client gets an id token, which is traded for a token of one system."""
    basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    identity = post("/oauth2/token", f"Basic {basic}", b"grant_type=client_credentials")
    return post(f"/api/systems/{SYSTEM}/token", f"Bearer {identity['id_token']}")["token"]


async def get_system_token():
    return await asyncio.to_thread(ask_for_token)


async def say(socket, name, payload):
    await socket.send(EVENT + json.dumps([name, payload]))


async def ping(socket):
    """Without it the server would take the listener for gone after 45 seconds."""
    while True:
        await asyncio.sleep(25)
        await socket.send(PING)


async def renew(socket, asked):
    """What was missed follows the renewal, and one is enough for all that was missed until then."""
    while True:
        await asked.wait()
        try:
            await say(socket, "renewedToken", {"token": await get_system_token()})
        except (OSError, WebSocketException, Refused) as error:
            print(f"The next invalidToken is another chance: {error}", file=sys.stderr)
        asked.clear()


def hear(frame, asked):
    if frame.startswith(REFUSED):
        raise Refused(frame.removeprefix(REFUSED))
    if not frame.startswith(EVENT):
        return
    topic, event = json.loads(frame.removeprefix(EVENT))
    print(json.dumps({"topic": topic, "event": event}), flush=True)
    # Comes in the place of each event that met a lapsed token.
    if topic == "invalidToken":
        asked.set()


async def listen():
    """Listens until the connection is gone. The library's own pings notice a cut that says nothing."""
    query = urlencode({"systemId": SYSTEM, "token": await get_system_token(), "transport": "websocket"})
    async with connect(f"{URL.replace('http', 'ws', 1)}/socket.io/?{query}") as socket:
        await say(socket, "subscribeIsolated", {"topics": TOPICS})
        asked = asyncio.Event()
        beside = [asyncio.create_task(task) for task in (ping(socket), renew(socket, asked))]
        try:
            async for frame in socket:
                hear(frame, asked)
        finally:
            for task in beside:
                task.cancel()


async def listen_until_end():
    while True:
        try:
            await listen()
        except (OSError, WebSocketException) as error:
            print(error, file=sys.stderr)
        # A plain WebSocket does not come back by itself.
        await asyncio.sleep(1)


try:
    asyncio.run(listen_until_end())
except Refused as refusal:
    sys.exit(str(refusal))
except KeyboardInterrupt:
    pass
