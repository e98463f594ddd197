"""Requests to the API server, and what changes there."""

import datetime
import http.client
import json
import queue
import ssl
import sys
import time
import urllib.parse

MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"


class APIError(Exception):
    """The server answered that it does not."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text[:300]}")
        self.status = status


def now():
    """The time as Kubernetes writes it, in seconds."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def now_precisely():
    """The time as Kubernetes writes it in logs and leases."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def say(*words):
    print(now_precisely(), *words, file=sys.stderr, flush=True)


class API:
    def __init__(self, server, token, authority):
        self.address = urllib.parse.urlsplit(server)
        self.headers = {"Authorization": "Bearer " + token, "Accept": "application/json"}
        self.context = ssl.create_default_context(cafile=authority)
        # Those that are open and idle: a handshake for each request would cost more than the request.
        self.idle = queue.LifoQueue()

    def connect(self, timeout):
        return http.client.HTTPSConnection(
            self.address.hostname, self.address.port, context=self.context, timeout=timeout)

    def request(self, method, path, body=None, kind="application/json"):
        """Sends and receives JSON. One that was idle may have been closed meanwhile, so a second try is made."""
        data = None if body is None else json.dumps(body).encode()
        headers = self.headers if data is None else {**self.headers, "Content-Type": kind}
        for attempt in range(3):
            try:
                connection = self.idle.get_nowait()
            except queue.Empty:
                connection = self.connect(60)
            try:
                connection.request(method, path, data, headers)
                response = connection.getresponse()
                text = response.read()
            except (OSError, http.client.HTTPException):
                connection.close()
                if attempt == 2:
                    raise
                continue
            self.idle.put(connection)
            if response.status >= 300:
                raise APIError(response.status, text.decode(errors="replace"))
            return json.loads(text)

    def follow(self, path, replace, change):
        """For ever: hands all objects of a list to `replace`, then each that is new, other or gone to `change`.

        Begins again with the whole list when the server has ended the stream.
        """
        while True:
            try:
                found = self.request("GET", path)
                replace(found["items"])
                version = found["metadata"]["resourceVersion"]
                for event in self.events(path, version):
                    if event["type"] == "ERROR":
                        break
                    change(event["type"], event["object"])
            # Whatever it was: a watch that ended for good would be a cluster that stands still.
            except Exception as error:
                say("watching", path, "ended:", repr(error))
                time.sleep(0.2)

    def events(self, path, version):
        sign = "&" if "?" in path else "?"
        connection = self.connect(330)
        try:
            connection.request(
                "GET", f"{path}{sign}watch=1&resourceVersion={version}&timeoutSeconds=300", headers=self.headers)
            response = connection.getresponse()
            if response.status >= 300:
                raise APIError(response.status, response.read().decode(errors="replace"))
            for line in response:
                yield json.loads(line)
        finally:
            connection.close()

    def event(self, pod, node, kind, reason, message):
        """Records an event of a pod, as a kubelet does."""
        meta = pod["metadata"]
        self.request("POST", f"/api/v1/namespaces/{meta['namespace']}/events", {
            "metadata": {"generateName": meta["name"][:200] + "."},
            "involvedObject": {
                "apiVersion": "v1", "kind": "Pod", "namespace": meta["namespace"], "name": meta["name"],
                "uid": meta["uid"]},
            "type": kind, "reason": reason, "message": message, "count": 1,
            "firstTimestamp": now(), "lastTimestamp": now(),
            "source": {"component": "kubelet", "host": node}})
