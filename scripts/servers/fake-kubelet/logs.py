"""What containers write: kept in a file as a container runtime keeps it, and handed to the API server."""

import datetime
import http.server
import re
import ssl
import threading
import urllib.parse

from api import now_precisely, say


class Log:
    """Lines with the time that they were written at, in a file: `TIME F TEXT`, or `TIME P TEXT` where it goes on."""

    def __init__(self, path):
        self.path = path
        self.changed = threading.Condition()
        self.size = 0
        self.is_open = True
        self.file = open(path, "ab", buffering=0)

    def write(self, line):
        """Adds a line, or part of one that is too long to be waited for: that has no line break at its end."""
        kind = b"F" if line.endswith(b"\n") else b"P"
        with self.changed:
            if self.is_open:
                self.size += self.file.write(b"%s %s %s\n" % (now_precisely().encode(), kind, line.removesuffix(b"\n")))
                self.changed.notify_all()

    def close(self):
        with self.changed:
            if self.is_open:
                self.is_open = False
                self.file.close()
                self.changed.notify_all()

    def lines(self, follow):
        """The lines so far, and where it is followed, those to come, until the container has ended.

        A follower gets `None` where nothing came for a while, so that it can find out whether anybody reads it.
        """
        with open(self.path, "rb") as file:
            position = 0
            while True:
                with self.changed:
                    if follow and self.is_open and self.size == position:
                        self.changed.wait(5)
                    end, is_open = self.size, self.is_open
                if position == end and follow and is_open:
                    yield None
                while position < end:
                    line = file.readline()
                    position += len(line)
                    yield line
                if not follow or (not is_open and position == self.size):
                    return


def moment(text):
    """A time that can be compared; to the microsecond, because no more is kept."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", text)
    if not found:
        raise ValueError(f"not a time: {text}")
    whole, fraction, zone = found.groups()
    text = f"{whole}.{(fraction or '').ljust(6, '0')[:6]}{'+00:00' if zone == 'Z' else zone}"
    return datetime.datetime.fromisoformat(text)


def selected(log, wanted):
    """The lines of a log that a request asks for."""
    follow = wanted.get("follow") == "true"
    since = moment(wanted["sinceTime"]) if "sinceTime" in wanted else None
    if "sinceSeconds" in wanted:
        since = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=int(wanted["sinceSeconds"]))
    skip = 0
    if "tailLines" in wanted:
        skip = max(0, sum(1 for _ in log.lines(False)) - int(wanted["tailLines"]))
    left = int(wanted["limitBytes"]) if "limitBytes" in wanted else None
    goes_on = False
    for line in log.lines(follow):
        if line is not None:
            if skip > 0:
                skip -= 1
                continue
            time, kind, text = line.split(b" ", 2)
            if since and moment(time.decode()) < since:
                continue
            line = text if kind == b"F" else text[:-1]
            if wanted.get("timestamps") == "true" and not goes_on:
                line = time + b" " + line
            goes_on = kind == b"P"
            if left is not None:
                line = line[:left]
                left -= len(line)
        yield line
        if left == 0:
            return


class LogServer:
    """The part of a kubelet's own API that logs are read through, for whom the cluster's authority vouches."""

    def __init__(self, pods, certificate, key, client_authority):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.load_verify_locations(client_authority)
        context.verify_mode = ssl.CERT_REQUIRED

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                # Here and not where it is accepted: one who says nothing must not hold up the others.
                self.request.settimeout(30)
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_GET(self):
                answer(self, pods)

            def log_message(self, format, *words):
                say("logs:", format % words)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 200

            def handle_error(self, request, client_address):
                say("logs: a connection broke off")

        self.server = Server(("127.0.0.1", 0), Handler)

    def start(self):
        """Begins to answer. Returns the port."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1]


def answer(handler, pods):
    """GET /containerLogs/NAMESPACE/POD/CONTAINER?follow&timestamps&tailLines&limitBytes&sinceTime&sinceSeconds"""
    address = urllib.parse.urlsplit(handler.path)
    words = address.path.split("/")
    wanted = dict(urllib.parse.parse_qsl(address.query))
    if len(words) != 5 or words[1] != "containerLogs":
        return refuse(handler, 404, "404 page not found")
    namespace, pod, container = words[2:]
    if wanted.get("previous") == "true":
        return refuse(handler, 400, f'previous terminated container "{container}" in pod "{pod}" not found')
    found = pods.log(namespace, pod, container)
    if isinstance(found, str):
        return refuse(handler, 400, found)
    if not found:
        return refuse(handler, 404, f'container "{container}" not found in pod "{pod}"')
    handler.send_response(200)
    handler.send_header("Content-Type", "text/plain")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    try:
        for line in selected(found, wanted):
            if line is None:
                # Nobody reads any more where a reader's end came in; it never sends anything else.
                if has_left(handler.connection):
                    return
            elif line:
                handler.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
        handler.wfile.write(b"0\r\n\r\n")
    finally:
        handler.close_connection = True


def has_left(connection):
    connection.settimeout(0.001)
    try:
        return connection.recv(1) == b""
    except (TimeoutError, ssl.SSLError):
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(30)


def refuse(handler, status, text):
    body = text.encode()
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
