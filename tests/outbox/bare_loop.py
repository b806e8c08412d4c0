"""What the relay is compared with: a loop over `smtplib`, one connection, letters ready to go.

    python -m tests.outbox.bare_loop FILE PORT

FILE holds them as the mail server of tests/outbox/sink.py keeps them. Says "ready", and begins when
it is told anything.
"""

import json
import smtplib
import sys
from base64 import b64decode
from pathlib import Path


def main() -> None:
    file, port = sys.argv[1:]
    lines = [json.loads(line) for line in Path(file).read_bytes().splitlines()]
    letters = [(one["from"], one["to"], b64decode(one["raw"])) for one in lines]
    with smtplib.SMTP("127.0.0.1", int(port)) as line:
        line.ehlo()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for sender, recipients, raw in letters:
            line.sendmail(sender, recipients, raw)


if __name__ == "__main__":
    main()
