"""The client's half of RFC 6455 that DRISC needs, on the standard library."""
import base64, json, os, socket, ssl, struct, threading
from urllib.parse import urlsplit


class Refused(OSError):
    def __init__(self, status):
        super().__init__(f"the upgrade was refused with {status}")
        self.status = status


def connect(url):
    """Opens a WebSocket; the URL goes to the server as it stands."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    raw = socket.create_connection((parts.hostname, port), timeout=10)
    if parts.scheme == "wss":
        raw = ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname)
    target = url.split(parts.netloc, 1)[1] or "/"
    key = base64.b64encode(os.urandom(16)).decode()
    head = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    raw.sendall(f"{head}Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
    reader = raw.makefile("rb")
    words = reader.readline().split()
    if len(words) < 2:
        raise OSError("the connection broke before an answer")
    while reader.readline().strip():
        pass
    if words[1] != b"101":
        raw.close()
        raise Refused(int(words[1]))
    raw.settimeout(None)
    return WebSocket(raw, reader)


class WebSocket:
    def __init__(self, raw, reader):
        self.raw, self.reader, self.lock = raw, reader, threading.Lock()

    def send(self, message):
        self.write(1, json.dumps(message).encode())

    def write(self, opcode, payload):
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack("!H", size)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        try:
            with self.lock:
                self.raw.sendall(bytes([0x80 | opcode]) + length + mask + masked)
        except OSError:
            pass  # whoever reads will see that it is over

    def read(self):
        """One frame as (final, opcode, payload); nothing at the end of the connection."""
        try:
            head = self.reader.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 0x7F
            if size > 125:
                size = int.from_bytes(self.reader.read(2 if size == 126 else 8), "big")
            return head[0] & 0x80, head[0] & 0x0F, self.reader.read(size)
        except (OSError, ValueError):
            return None

    def texts(self):
        """The text messages, until the connection is over. Binary ones are left out."""
        whole, kind = b"", 0
        while frame := self.read():
            final, opcode, payload = frame
            if opcode == 8:
                self.write(8, payload[:2])
                break
            if opcode == 9:
                self.write(10, payload)
            if opcode in (1, 2):
                whole, kind = b"", opcode
            if opcode in (0, 1, 2):
                whole += payload
                if final and kind == 1:
                    yield whole.decode("utf-8", "replace")
        self.raw.close()

    def close(self):
        self.write(8, struct.pack("!H", 1000))
        try:
            self.raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
