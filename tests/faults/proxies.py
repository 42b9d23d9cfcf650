"""A network of the test's own between two parts: it carries, hangs, stalls, or cuts every connection."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from scripts.engines import free_port

Place = tuple[str, int] | Path


class Proxy:
    """Carries bytes from a place to another; `port` or `path` is where it listens.

    `held` accepts connections and passes nothing on, in either direction, until `carry`: then what waited goes its way.
    """

    def __init__(self, target: Place, *, path: Path | None = None) -> None:
        self._target = target
        self.path = path
        self.port = 0 if path else free_port()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(self._listen())

    def carry(self) -> None:
        """Let everything through from now on."""
        self._loop.call_soon_threadsafe(self._flows.set)

    def hold(self) -> None:
        """Let nothing through; whoever connects is let in and hears nothing."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def cut(self) -> None:
        """Break every connection that there is."""
        self._do(self._break_all())

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _listen(self) -> asyncio.Server:
        if self.path:
            return await asyncio.start_unix_server(self._serve, str(self.path))
        return await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        await self._flows.wait()
        try:
            there = await self._connect()
        except OSError:
            await self._drop(writer)
            return
        self._writers.add(there[1])
        await asyncio.gather(self._pass(reader, there[1]), self._pass(there[0], writer))
        await self._drop(writer)
        await self._drop(there[1])

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(str(self._target))
        return await asyncio.open_connection(*self._target)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        with contextlib.suppress(OSError, RuntimeError):
            writer.write_eof()

    async def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._writers.discard(writer)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    async def _break_all(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _end(self) -> None:
        self._server.close()
        self._flows.set()
        await self._break_all()
        # Nothing is cancelled: with their connections broken all of them come to their end.
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if others:
            await asyncio.wait(others, timeout=10)
