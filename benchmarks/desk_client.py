"""One open desk without a browser: it gets the page, opens the socket as the page's script does, and reads patches.

Speaks what the page speaks: Engine.IO 4 over a websocket, Socket.IO, NiceGUI's handshake and
acknowledgements.
"""

import asyncio
import re
import time
from uuid import uuid4

import aiohttp
import orjson

_CLIENT = re.compile(r"client_id\W+([0-9a-f-]{36})")
_PATCH = re.compile(r"frontline\.list\.(?:patch|reset)\((.*)\)", re.DOTALL)
ACK_SECONDS = 3.0
MARK = "Change at "
"""A subject that begins so says when it was sent, in seconds of this machine's monotonic clock."""


class DeskClient:
    """`latencies` are milliseconds from a change to the arrival of its row; `payload` counts bytes of messages."""

    def __init__(self, http: aiohttp.ClientSession, address: str, cookie: str, path: str) -> None:
        self._http, self._address, self._path = http, address, path
        self._headers = {"Cookie": cookie, "Origin": address}
        self.latencies: list[float] = []
        self.payload = self.messages = self.rows = 0
        self._seen: dict[int, str] = {}
        self._acked, self._next_message = -1, 0
        self._since = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self.has_rows = asyncio.Event()

    async def open(self) -> None:
        """Returns once the first rows have come."""
        async with self._http.get(self._address + self._path, headers=self._headers, allow_redirects=False) as page:
            text = await page.text()
        if page.status != 200:
            raise RuntimeError(f"{self._path} answered {page.status}")
        found = _CLIENT.search(text)
        if found is None:
            raise RuntimeError(f"{self._path} names no client")
        self._client_id = found[1]
        query = {
            "client_id": self._client_id,
            "document_id": str(uuid4()),
            "tab_id": str(uuid4()),
            "old_tab_id": "null",
            "next_message_id": "0",
            "implicit_handshake": "true",
            "EIO": "4",
            "transport": "websocket",
        }
        self._socket = await self._http.ws_connect(
            f"{self._address}/_nicegui_ws/socket.io/",
            params=query,
            headers=self._headers,
            compress=15,
            max_msg_size=0,
        )
        await self._socket.send_str("40")
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._acknowledge())]
        async with asyncio.timeout(60):
            await self.has_rows.wait()

    def check(self) -> None:
        """Raises what ended the reading; nothing may, while the desk is open."""
        for task in self._tasks:
            if task.done():
                task.result()
                raise RuntimeError(f"the server closed the connection: {self._socket.close_code}")

    def forget(self) -> None:
        """Count from now on."""
        self.latencies, self.payload, self.messages = [], 0, 0
        self._since = time.monotonic()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._socket.close()

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            data: str = message.data
            if data == "2":
                await self._socket.send_str("3")
            elif data.startswith("42"):
                self.payload += len(data.encode())
                self.messages += 1
                self._take(*orjson.loads(data[2:]))

    def _take(self, event: str, content: dict[str, object]) -> None:
        if (number := content.get("_id")) is not None:
            self._next_message = int(str(number)) + 1
        if event != "run_javascript":
            return
        patch = _PATCH.match(str(content["code"]))
        if patch is None:
            return
        now = time.monotonic()
        news = orjson.loads(patch[1])
        for row in (*news.get("rows", ()), *news.get("add", ()), *news.get("update", ())):
            subject = row["subject"]
            if subject.startswith(MARK) and self._seen.get(row["id"]) != subject:
                self._seen[row["id"]] = subject
                if (sent := float(subject.removeprefix(MARK))) >= self._since:
                    self.latencies.append((now - sent) * 1000)
        if "rows" in news:
            self.rows = len(news["rows"])
            self.has_rows.set()

    async def _acknowledge(self) -> None:
        while True:
            await asyncio.sleep(ACK_SECONDS)
            if self._acked < self._next_message:
                self._acked = self._next_message
                told = {"client_id": self._client_id, "next_message_id": self._acked}
                await self._socket.send_str("42" + orjson.dumps(["ack", told]).decode())
