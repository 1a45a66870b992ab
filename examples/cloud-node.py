"""A cloud node: reports what it reads from its standard input, one {"topic", "body"} a line, over the node link.

    pip install websockets==17.4; SERIAL_NUMBER=1234ABC PANEL_KEY=… python3 cloud-node.py node.db

POST /{systemId}/cloud-nodes/{id}/panel answers the key, once. What it reads is in node.db until the server has it; its
keys are there too. The line "rotate" asks for a new key.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import random
import sqlite3
import sys
import time
import uuid

from websockets import WebSocketException, connect

URL = os.environ.get("DOORSTREAM_URL", "http://127.0.0.1:8080").rstrip("/").replace("http", "ws", 1)
SERIAL = os.environ["SERIAL_NUMBER"]
WAITS = "link_replaced panel_unregistered message_malformed message_unexpected version_not_spoken".split()

db = sqlite3.connect(sys.argv[1] if len(sys.argv) > 1 else "cloud-node.db", isolation_level=None)
for table in ("reports (number INTEGER PRIMARY KEY AUTOINCREMENT, report)", "keys (number INTEGER PRIMARY KEY, key)"):
    db.execute(f"CREATE TABLE IF NOT EXISTS {table}")
OLDER = "INSERT INTO keys SELECT (SELECT coalesce(MIN(number), 1) - 1 FROM keys), ?1"  # Newer ones are tried before.
db.execute(f"{OLDER} WHERE ?1 NOT IN (SELECT key FROM keys)", (os.environ["PANEL_KEY"],))


class Node:
    socket, failures, why = None, 0, ""

    def prove(self, key):
        secret = hashlib.sha256(key.encode()).digest()
        return hmac.new(secret, f"doorstream-link\n{self.nonce}\n{SERIAL}".encode(), hashlib.sha256).hexdigest()

    def say(self, kind, **more):
        return self.socket.send(json.dumps({"type": kind, **more}))

    async def pump(self):
        ask = "SELECT number, report FROM reports WHERE number > ? ORDER BY number LIMIT ?"
        while self.socket and (rows := db.execute(ask, (self.sent, min(self.credits, 100))).fetchall()):
            self.credits, self.sent = self.credits - len(rows), rows[-1][0]
            self.runs.append(self.sent)  # The last report of each run that is under way.
            await self.say("reports", reports=[json.loads(report) for _, report in rows])

    async def hear(self, said):
        self.credits += said.get("credits", 0)
        match said["type"]:
            case "challenge":
                self.nonce, keys = said["nonce"], db.execute("SELECT key FROM keys ORDER BY number DESC").fetchall()
                proof = self.prove(*keys[self.failures % len(keys)])  # The newest, or else the one before.
                await self.say("hello", versions={"min": 1, "max": 1}, serialNumber=SERIAL, proof=proof)
            case "welcome":
                self.failures = 0
            case "acknowledged":
                db.execute("DELETE FROM reports WHERE number <= ?", (self.runs.pop(0),))
            case "refused":
                self.why = said["code"]
                await self.socket.close()  # Nothing of the run was kept: it comes first on the next link.
            case "newKey":
                db.execute("INSERT INTO keys (key) VALUES (?)", (said["key"],))
                await self.say("keyKept", proof=self.prove(said["key"]))
            case "keyReplaced":
                db.execute("DELETE FROM keys WHERE number < (SELECT MAX(number) FROM keys)")
        print(json.dumps({**said, "key": "(secret)"} if "key" in said else said), flush=True)
        await self.pump()

    async def read(self):
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := (await lines.readline()).decode().strip():
            if line != "rotate":
                report = {"id": str(uuid.uuid4()), "occurred": time.time_ns() // 1_000_000, **json.loads(line)}
                db.execute("INSERT INTO reports (report) VALUES (?)", (json.dumps(report),))
                await self.pump()
            elif self.socket:
                await self.say("rotateKey")

    async def live(self):
        reading = asyncio.create_task(self.read())  # Kept in a name, or it would be collected.
        while True:
            self.credits, self.sent, self.runs, self.why = 0, 0, [], ""
            try:
                async with connect(f"{URL}/node-link", compression=None) as self.socket:
                    async for frame in self.socket:
                        await self.hear(json.loads(frame))
            except (OSError, WebSocketException) as error:
                print(error, file=sys.stderr)
            self.socket = None
            pause, self.failures = 60 if self.why in WAITS else min(15, 2**self.failures), self.failures + 1
            await asyncio.sleep(pause * (1 + random.random()))


with contextlib.suppress(KeyboardInterrupt):
    asyncio.run(Node().live())
