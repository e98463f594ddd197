"""The nodes: what they have, that they are alive, and that they are lost."""

import http.client
import json
import platform
import threading
import time

from api import APIError, MERGE, STRATEGIC, now, now_precisely, say

LABEL = "fake/node"
CAPACITY = {"cpu": "64", "memory": "256Gi", "ephemeral-storage": "1Ti", "pods": "2000", "nvidia.com/gpu": "8"}
ARCHITECTURE = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
# Long before the controllers miss one, which is after 40 seconds.
HEARTBEAT = 5


class Nodes:
    def __init__(self, api, pods, port):
        self.api = api
        self.pods = pods
        self.port = port
        self.reachable = {}

    def start(self, names):
        for name in names:
            labels = {
                LABEL: "true", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux",
                "kubernetes.io/arch": ARCHITECTURE}
            try:
                self.api.request("POST", "/api/v1/nodes", {"metadata": {"name": name, "labels": labels}})
            except APIError as error:
                if error.status != 409:
                    raise
        path = f"/api/v1/nodes?labelSelector={LABEL}%3Dtrue"
        threading.Thread(target=self.api.follow, args=(path, self.replace, self.change), daemon=True).start()
        threading.Thread(target=self.beat, daemon=True).start()

    def event(self, name):
        """Set while the node is reachable."""
        return self.reachable.get(name)

    def replace(self, nodes):
        for name in set(self.reachable) - {node["metadata"]["name"] for node in nodes}:
            self.forget(name)
        for node in nodes:
            self.change("MODIFIED", node)

    def change(self, kind, node):
        name = node["metadata"]["name"]
        if kind == "DELETED":
            self.forget(name)
            return
        lost = node["metadata"].get("annotations", {}).get("fake/lost") == "true"
        is_new = name not in self.reachable
        reachable = self.reachable.setdefault(name, threading.Event())
        if not is_new and reachable.is_set() != lost:
            return
        if lost:
            reachable.clear()
        self.tell(node, lost)
        if not lost:
            reachable.set()
        if is_new:
            self.pods.look_again()

    def forget(self, name):
        gone = self.reachable.pop(name, None)
        # Who waits for it shall not wait for ever: there is nobody to tell any more.
        if gone:
            gone.set()

    def tell(self, node, lost):
        meta = node["metadata"]
        condition = {"type": "Ready", "status": "True", "reason": "KubeletReady", "message": "the node is fake"}
        if lost:
            # What the controllers would write themselves, 40 seconds later.
            condition.update(
                status="Unknown", reason="NodeStatusUnknown", message="Kubelet stopped posting node status.")
        condition.update(lastHeartbeatTime=now(), lastTransitionTime=now())
        status = {"conditions": [condition]}
        if not lost:
            capacity = {**CAPACITY, **json.loads(meta.get("annotations", {}).get("fake/capacity", "{}"))}
            status.update(
                capacity=capacity, allocatable=capacity,
                addresses=[
                    {"type": "InternalIP", "address": "127.0.0.1"}, {"type": "Hostname", "address": meta["name"]}],
                daemonEndpoints={"kubeletEndpoint": {"Port": self.port}},
                nodeInfo={
                    "architecture": ARCHITECTURE, "operatingSystem": "linux", "kubeletVersion": "v1.20.2",
                    "osImage": "fake", "containerRuntimeVersion": "fake://1", "kernelVersion": "", "bootID": "",
                    "kubeProxyVersion": "", "machineID": "", "systemUUID": ""})
        try:
            self.api.request("PATCH", f"/api/v1/nodes/{meta['name']}/status", {"status": status}, STRATEGIC)
        except APIError as error:
            say("node", meta["name"], error)

    def beat(self):
        while True:
            for name, reachable in list(self.reachable.items()):
                if reachable.is_set():
                    try:
                        self.renew(name)
                    except (OSError, http.client.HTTPException, APIError) as error:
                        say("lease of", name, error)
            time.sleep(HEARTBEAT)

    def renew(self, name):
        leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
        spec = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now_precisely()}
        try:
            self.api.request("PATCH", f"{leases}/{name}", {"spec": spec}, MERGE)
        except APIError as error:
            if error.status != 404:
                raise
            self.api.request("POST", leases, {"metadata": {"name": name}, "spec": spec})
