"""A DNS server on a free loopback port: `name_server.records[name, kind] = [text, …]`."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

TTL = 60  # seconds


@dataclass
class NameServer:
    """Answers every question it has a record for; others with "no such name" or, once `broken`,
    with "server failure"."""

    address: str
    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    broken: bool = False

    def answer(self, raw: bytes) -> bytes:
        query = dns.message.from_wire(raw)
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        (question,) = query.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype
        self.asked.append(name)
        found = self.records.get((name, dns.rdatatype.to_text(kind)), [])
        if self.broken:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif found:
            reply.answer.append(dns.rrset.from_text(question.name, TTL, "IN", kind, *found))
        elif name not in {known for known, _kind in self.records}:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


@pytest.fixture
def name_server() -> Iterator[NameServer]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        server = NameServer(f"127.0.0.1:{door.getsockname()[1]}")
        end = threading.Event()

        def serve() -> None:
            while True:
                raw, who = door.recvfrom(4096)
                if end.is_set():
                    return
                door.sendto(server.answer(raw), who)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server
        end.set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"end", door.getsockname())
        thread.join()
