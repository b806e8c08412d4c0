"""A mail server as a process of its own: a letter is on the disk before it is answered for.

    python -m tests.outbox.sink FILE PORT [--ponder SECONDS]

FILE gets one line of JSON for each letter: when, from whom, to whom, and the mail itself.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import time
from base64 import b64encode
from contextlib import suppress

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


class Keeper:
    """Ponders up to `ponder` seconds before it keeps a letter, and half as long before it says so."""

    def __init__(self, file: int, ponder: float) -> None:
        self.file, self.ponder = file, ponder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._rest(self.ponder)
        os.write(self.file, line(envelope))
        await asyncio.get_running_loop().run_in_executor(None, os.fsync, self.file)
        await self._rest(self.ponder / 2)
        return "250 OK"

    @staticmethod
    async def _rest(longest: float) -> None:
        if longest:
            await asyncio.sleep(random.uniform(0, longest))


def line(envelope: Envelope) -> bytes:
    kept = {
        "at": time.time(),
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "raw": b64encode(envelope.content).decode(),
    }
    return json.dumps(kept).encode() + b"\n"


async def serve(file: int, port: int, ponder: float) -> None:
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, told.set)
    keeper = Keeper(file, ponder)
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="sink.example", loop=loop), LOOPBACK, port
    )
    async with server:
        await told.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file")
    parser.add_argument("port", type=int)
    parser.add_argument("--ponder", type=float, default=0, help="seconds")
    asked = parser.parse_args()
    file = os.open(asked.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(file, asked.port, asked.ponder))


if __name__ == "__main__":
    main()
