"""All pods of the nodes: each gets a life, and hears of what becomes of it."""

import os
import threading
import time

from life import PodLife


class Pods:
    """All pods that are on a node of ours, by their UIDs."""

    def __init__(self, api, folder):
        self.api = api
        self.folder = folder
        self.nodes = None
        self.lock = threading.Lock()
        self.lives = {}
        # Those whose node is not known, or not ours.
        self.others = {}

    def start(self, nodes):
        self.nodes = nodes
        path = "/api/v1/pods?fieldSelector=spec.nodeName!%3D"
        threading.Thread(target=self.api.follow, args=(path, self.replace, self.change), daemon=True).start()

    def replace(self, pods):
        present = {pod["metadata"]["uid"] for pod in pods}
        for uid in [uid for uid in list(self.lives) + list(self.others) if uid not in present]:
            self.forget(uid)
        for pod in pods:
            self.change("MODIFIED", pod)

    def change(self, kind, pod):
        uid = pod["metadata"]["uid"]
        if kind == "DELETED":
            self.forget(uid)
            return
        with self.lock:
            life = self.lives.get(uid)
            if not life:
                reachable = self.nodes.event(pod["spec"]["nodeName"])
                if not reachable:
                    self.others[uid] = pod
                    return
                life = self.lives[uid] = PodLife(self.api, pod, reachable, os.path.join(self.folder, uid))
        life.update(pod)

    def look_again(self):
        with self.lock:
            others, self.others = self.others, {}
        for pod in others.values():
            self.change("MODIFIED", pod)

    def forget(self, uid):
        with self.lock:
            self.others.pop(uid, None)
            life = self.lives.pop(uid, None)
        if life:
            life.vanish()

    def log(self, namespace, pod, container):
        """The log of a container; a sentence where it has not started; `None` where it is not there."""
        with self.lock:
            lives = [life for life in self.lives.values() if life.key == (namespace, pod)]
        if not lives:
            return None
        if not lives[-1].reachable.is_set():
            raise ConnectionError("the node is lost")
        found = next((one for one in lives[-1].containers if one.name == container), None)
        if found and not found.log:
            return f'container "{container}" in pod "{pod}" is waiting to start: {found.waiting}'
        return found and found.log

    def kill_all(self):
        with self.lock:
            lives = list(self.lives.values())
        for life in lives:
            life.is_gone = True
            life.kill_all()
        # Until they are collected: a number of somebody dead looks alive where nobody else does that.
        limit = time.monotonic() + 5
        while any(one.body and not one.ending for life in lives for one in life.containers):
            if time.monotonic() > limit:
                return
            time.sleep(0.01)
