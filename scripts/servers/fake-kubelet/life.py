"""The life of one pod, from its node's side."""

import http.client
import os
import shutil
import threading
import time

from api import APIError, STRATEGIC, now, say
from containers import Container, Ending, FakeContainer, RealContainer
from logs import Log
from surroundings import NotReady, Surroundings

PREFIX = "fake/"
PULL = 'rpc error: code = NotFound desc = failed to resolve reference "{0}": not found'


class Gone(Exception):
    """The pod is not there any more."""


class PodLife:
    """One pod, from its node's side. What is noticed is handed to its own thread, which alone writes its status."""

    def __init__(self, api, pod, reachable, folder):
        self.api = api
        self.pod = pod
        self.reachable = reachable
        self.folder = folder
        meta, spec = pod["metadata"], pod["spec"]
        self.key = (meta["namespace"], meta["name"])
        self.path = f"/api/v1/namespaces/{meta['namespace']}/pods/{meta['name']}"
        self.containers = [Container(one, True) for one in spec.get("initContainers", [])]
        self.containers += [Container(one, False) for one in spec["containers"]]
        self.changed = threading.Condition()
        self.is_gone = False
        self.thread = None
        self.started = now()
        self.deadline = None
        self.is_over = pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
        self.is_confirmed = False

    # What is noticed

    def update(self, pod):
        with self.changed:
            self.pod = pod
            self.changed.notify_all()
            if self.thread is None and not self.is_confirmed and (not self.is_over or self.is_deleted()):
                self.thread = threading.Thread(target=self.run, daemon=True)
                self.thread.start()

    def vanish(self):
        """The pod is not there any more: whatever runs is ended at once."""
        with self.changed:
            self.is_gone = True
            self.changed.notify_all()
        threading.Thread(target=self.clean, daemon=True).start()

    def clean(self):
        self.kill_all()
        thread = self.thread
        if thread:
            thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill_all(self):
        for container in self.containers:
            if container.body:
                container.body.kill()

    def is_deleted(self):
        return "deletionTimestamp" in self.pod["metadata"]

    def grace(self):
        default = self.pod["spec"].get("terminationGracePeriodSeconds", 30)
        return self.pod["metadata"].get("deletionGracePeriodSeconds", default)

    def word(self, key, default=None, container=None):
        """An annotation; of one container where it names that. Init containers have only their own."""
        annotations = self.pod["metadata"].get("annotations", {})
        if container:
            own = annotations.get(f"{PREFIX}{key}.{container.name}")
            if own is not None or container.is_initial:
                return default if own is None else own
        return annotations.get(PREFIX + key, default)

    # The life

    def run(self):
        try:
            if not self.is_over:
                self.live()
        except Gone:
            pass
        except Exception as error:
            say("pod", *self.key, repr(error))
        self.is_over = True
        self.kill_all()
        with self.changed:
            self.thread = None
            # It may have been deleted while its last status was on its way.
            self.is_confirmed = self.is_deleted()
        if self.is_confirmed:
            self.confirm_deletion()

    def live(self):
        seconds = self.pod["spec"].get("activeDeadlineSeconds")
        self.deadline = time.monotonic() + seconds if seconds else None
        verdict = self.prepare()
        initial = [one for one in self.containers if one.is_initial]
        rest = [one for one in self.containers if not one.is_initial]
        for stage in [[one] for one in initial] + [rest]:
            if verdict is None:
                verdict = self.stage(stage)
            if verdict is None and stage[0].is_initial and stage[0].ending.code:
                verdict = ("Failed", None, None, None)
        if verdict is None:
            failed = any(one.ending.code for one in rest)
            verdict = ("Failed" if failed else "Succeeded", None, None, None)
        phase, reason, message, disruption = verdict
        self.end_all()
        self.report(phase, reason, message, disruption)

    def prepare(self):
        """Before the first container starts."""
        told = None
        while True:
            verdict = self.verdict()
            outcome = self.word("outcome", "run")
            if verdict or outcome not in ("pending", "image-pull-failure"):
                return verdict
            if outcome != told:
                told = outcome
                self.report("Pending")
                if outcome == "image-pull-failure":
                    self.fail_to_pull()
            self.wait(lambda: self.verdict() or self.word("outcome", "run") != told)

    def fail_to_pull(self):
        first = self.containers[0]
        image = first.spec["image"]
        first.waiting, first.message = "ErrImagePull", PULL.format(image)
        self.report("Pending")
        self.event("Warning", "Failed", f'Failed to pull image "{image}": {first.message}')
        self.event("Warning", "Failed", "Error: ErrImagePull")
        first.waiting, first.message = "ImagePullBackOff", f'Back-off pulling image "{image}"'
        self.report("Pending")
        self.event("Normal", "BackOff", first.message)
        self.event("Warning", "Failed", "Error: ImagePullBackOff")

    def stage(self, containers):
        """Runs containers beside each other until all have ended, or something else is to happen."""
        for container in containers:
            verdict = self.begin(container)
            if verdict:
                return verdict
        phase = "Pending" if containers[0].is_initial else "Running"
        self.report(phase)
        while True:
            # Taken before anything is looked at: what changes from here on ends the wait below.
            seen = self.situation(containers)
            for container in containers:
                code = self.word("finish", None, container)
                if code is not None and container.body:
                    container.body.finish(int(code))
            for container in containers:
                if container.ending and self.is_wanted_again(container):
                    self.begin_again(container)
            verdict = self.verdict()
            if verdict or all(one.ending and not one.restart_at for one in containers):
                return verdict
            self.report_if_new(phase)
            self.wait(
                lambda: self.situation(containers) != seen,
                [one.restart_at for one in containers if one.restart_at])

    def situation(self, containers):
        return (self.pod["metadata"]["resourceVersion"], self.verdict(), [one.ending for one in containers])

    def begin_again(self, container):
        """Starts a container that has ended once more, when its back-off is over."""
        if container.restart_at is None:
            container.restart_at = time.monotonic() + min(10, 2 ** container.restarts / 2)
        if time.monotonic() >= container.restart_at:
            container.last = container.state()
            container.restart_at = container.ending = None
            container.restarts += 1
            self.begin(container)

    def is_wanted_again(self, container):
        policy = self.pod["spec"].get("restartPolicy", "Always")
        if container.is_initial and policy == "Always":
            policy = "OnFailure"
        return policy == "Always" or (policy == "OnFailure" and container.ending.code != 0)

    def begin(self, container):
        """Starts a container as soon as all that it needs is there."""
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        log = container.log or Log(os.path.join(self.folder, container.name + ".log"))
        if self.word("exec") == "true":
            while True:
                try:
                    around = Surroundings(self.api, self.pod, self.folder).of(container.spec)
                    break
                except NotReady as error:
                    container.waiting, container.message = "CreateContainerConfigError", str(error)
                    self.report_if_new("Pending")
                    # Nobody tells when a secret appears.
                    self.wait(self.verdict, [time.monotonic() + 0.5])
                    if self.verdict():
                        return self.verdict()
            body = RealContainer(*around, log)
        else:
            text = self.word("log", f"{container.name} of {self.key[1]}\n", container)
            body = FakeContainer(lambda key, default: self.word(key, default, container), log, text)
        if self.is_gone:
            raise Gone
        container.log, container.body, container.started = log, body, now()
        threading.Thread(target=self.accompany, args=(container, body), daemon=True).start()
        return None

    def accompany(self, container, body):
        try:
            ending = body.run()
        except Exception as error:
            ending = Ending(128, "StartError", repr(error))
        with self.changed:
            container.finished = now()
            container.ending = ending
            if not self.is_wanted_again(container):
                container.log.close()
            self.changed.notify_all()

    def verdict(self):
        """What ends the pod although its containers have not: phase, reason, message, reason of the disruption."""
        if self.is_gone:
            raise Gone
        if not self.reachable.is_set():
            return None
        if self.is_deleted():
            return ("Failed" if any(one.started for one in self.containers) else "Pending", None, None, None)
        if self.deadline and time.monotonic() >= self.deadline:
            return ("Failed", "DeadlineExceeded", "Pod was active on the node longer than the specified deadline", None)
        outcome = self.word("outcome")
        if outcome == "evicted":
            message = "The node was low on resource: memory."
            return ("Failed", "Evicted", message, "TerminationByKubelet")
        if outcome == "node-lost":
            message = f"Node {self.pod['spec']['nodeName']} which was running pod {self.key[1]} is unresponsive"
            return ("Failed", "NodeLost", message, "DeletionByTaintManager")
        return None

    def end_all(self):
        """Ends what runs still: asks, waits for the grace, kills, waits."""
        with self.changed:
            # It has been decided on; what follows is waited for.
            self.deadline = None
            running = [one for one in self.containers if one.body and not one.ending]
        for container in running:
            container.body.stop()
        start, grace = time.monotonic(), None
        # A second deletion may shorten it, as kubelets have it since 1.22.
        while grace != self.grace():
            grace = self.grace()
            limit = start + grace
            self.wait(
                lambda: all(one.ending for one in running) or time.monotonic() >= limit or self.grace() != grace, [limit])
        for container in running:
            container.body.kill()
        self.wait(lambda: all(one.ending for one in running))
        for container in self.containers:
            container.restart_at = None
            if container.log:
                container.log.close()

    def wait(self, condition, moments=()):
        """Until the condition is true; it is looked at when something changes and at some moments."""
        with self.changed:
            while not condition():
                if self.is_gone:
                    raise Gone
                if not self.reachable.is_set():
                    # A node that comes back tells nobody.
                    self.changed.wait(0.2)
                    continue
                left = [one - time.monotonic() for one in [*moments, self.deadline] if one]
                if left and min(left) <= 0:
                    return
                self.changed.wait(min(left) if left else None)

    # What the server is told

    def report_if_new(self, phase):
        if [one.status() for one in self.containers] != self.reported:
            self.report(phase)

    reported = None

    def report(self, phase, reason=None, message=None, disruption=None):
        self.reported = [one.status() for one in self.containers]
        runs = phase == "Running" and all(one.body and not one.ending for one in self.containers if not one.is_initial)
        conditions = [
            self.condition("Initialized", phase != "Pending"), self.condition("ContainersReady", runs),
            self.condition("Ready", runs)]
        if disruption:
            conditions.append({**self.condition("DisruptionTarget", True), "reason": disruption, "message": message})
        status = {
            "phase": phase, "startTime": self.started, "hostIP": "127.0.0.1", "podIP": "127.0.0.1",
            "conditions": conditions,
            "initContainerStatuses": [one.status() for one in self.containers if one.is_initial],
            "containerStatuses": [one.status() for one in self.containers if not one.is_initial]}
        if reason:
            status.update(reason=reason, message=message)
        self.ask("PATCH", self.path + "/status", {
            # Another pod may have the name by now.
            "metadata": {"uid": self.pod["metadata"]["uid"]}, "status": status})

    @staticmethod
    def condition(kind, value):
        return {"type": kind, "status": "True" if value else "False", "lastTransitionTime": now()}

    def event(self, kind, reason, message):
        try:
            self.api.event(self.pod, self.pod["spec"]["nodeName"], kind, reason, message)
        except (OSError, http.client.HTTPException, APIError) as error:
            say("event of", *self.key, error)

    def confirm_deletion(self):
        try:
            self.ask("DELETE", self.path, {
                "gracePeriodSeconds": 0, "preconditions": {"uid": self.pod["metadata"]["uid"]}})
        except Gone:
            pass

    def ask(self, method, path, body):
        """A request that a node which is lost makes when it is back."""
        while not self.is_gone:
            if not self.reachable.wait(0.2):
                continue
            try:
                return self.api.request(method, path, body, STRATEGIC if method == "PATCH" else "application/json")
            except APIError as error:
                if error.status in (404, 409, 422):
                    say("pod", *self.key, error)
                    raise Gone from error
                say("pod", *self.key, error)
            except (OSError, http.client.HTTPException) as error:
                say("pod", *self.key, error)
            time.sleep(0.1)
        raise Gone
