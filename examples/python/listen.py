"""Hears who asks to come in, with python-socketio on asyncio.

    python3 -m venv .venv
    .venv/bin/pip install -r requirements.txt
    .venv/bin/python listen.py [topics]

Its client on threads hears each event in a thread of its own, so that order gets lost; this one keeps it.
"""

import asyncio
import json
import os
import signal
import sys

import aiohttp
import socketio
from socketio.exceptions import ConnectionError as NotConnected, SocketIOError

URL = os.environ.get("DOORSTREAM_URL", "http://127.0.0.1:8080").rstrip("/")
CLIENT = os.environ.get("DOORSTREAM_CLIENT", "demo")
SECRET = os.environ.get("DOORSTREAM_SECRET", "demo-secret")
SYSTEM = os.environ.get("DOORSTREAM_SYSTEM", "0738b8df-329a-4d50-88e7-7a48928c4d6f")
TOPICS = sys.argv[1:] or ["device.request.allowed", "device.request.denied", "device.request.unknown"]

client = socketio.AsyncClient(handle_sigint=False)
renewing = asyncio.Lock()


async def post(path, authorization, form=None):
    """What the server answers, or NotConnected, which makes the library try again."""
    headers = {"Authorization": authorization}
    try:
        async with aiohttp.request("POST", URL + path, headers=headers, data=form) as answer:
            if answer.status != 200:
                raise NotConnected(f"{path} answered {answer.status}: {await answer.text()}")
            return await answer.json()
    except (aiohttp.ClientError, asyncio.TimeoutError) as error:
        raise NotConnected(f"No server answers at {URL}: {error}") from error


async def get_system_token():
    """Two steps: the API client gets an id token, which is traded for a token of one system."""
    form = {"grant_type": "client_credentials"}
    identity = await post("/oauth2/token", aiohttp.encode_basic_auth(CLIENT, SECRET), form)
    return (await post(f"/api/systems/{SYSTEM}/token", f"Bearer {identity['id_token']}"))["token"]


async def address():
    """Where to connect: the library asks each time, so that a reconnect has a token of its own."""
    return f"{URL}?systemId={SYSTEM}&token={await get_system_token()}"


# A new connection has no subscriptions, so this is said after a reconnect too.
@client.event
async def connect():
    await client.emit("subscribeIsolated", {"topics": TOPICS})


@client.on("*")
async def hear(topic, event):
    print(json.dumps({"topic": topic, "event": event}), flush=True)


# Comes in the place of each event that met a lapsed token. What was missed follows one renewal.
@client.on("invalidToken")
async def renew(event):
    await hear("invalidToken", event)
    if renewing.locked():
        return
    async with renewing:
        try:
            await client.emit("renewedToken", {"token": await get_system_token()})
        except SocketIOError as error:
            print(f"The next invalidToken is another chance: {error}", file=sys.stderr)


async def main():
    interrupted = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupted.set)
    # Over polling it gives up where more than 16 events come at a time, and after a restart of the server.
    await client.connect(address, transports=["websocket"])
    await interrupted.wait()
    await client.shutdown()


try:
    asyncio.run(main())
except NotConnected as error:
    sys.exit(str(error))
