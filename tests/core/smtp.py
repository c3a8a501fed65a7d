"""A tiny mail server for tests: takes what it is sent, and refuses what it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Envelope:
    sender: str
    recipients: list[str]
    data: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)


@dataclass
class MailServer:
    """`answers` maps a command to what is said instead of yes: `{"RCPT": "550 nobody here"}`."""

    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    box = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(line.encode() + b"\r\n")

        def handle(self) -> None:
            self.say(box.answers.get("HELLO", "220 test"))
            sender = ""
            recipients: list[str] = []
            while line := self.rfile.readline().decode("utf-8", "replace").strip():
                command = line.split(" ")[0].upper()
                if command == "QUIT":
                    self.say("221 bye")
                    return
                if command in box.answers:
                    self.say(box.answers[command])
                elif command == "DATA":
                    self.say("354 go on")
                    box.envelopes.append(Envelope(sender, recipients, self.data()))
                    self.say("250 taken")
                else:
                    sender = line[10:].split(">")[0].strip("<") if command == "MAIL" else sender
                    recipients += [line[8:].split(">")[0].strip("<")] if command == "RCPT" else []
                    self.say("250 fine")

        def data(self) -> bytes:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            return b"".join(lines)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield box
        server.shutdown()
