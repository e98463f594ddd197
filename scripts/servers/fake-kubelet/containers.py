"""The containers of a pod: what is known of each, one that only seems to run, and one that is really executed."""

import os
import signal
import subprocess
import threading


class Ending:
    """How a container terminated."""

    def __init__(self, code, reason=None, message=None):
        self.code = code
        self.reason = reason or ("Completed" if code == 0 else "Error")
        self.message = message


class Container:
    """What is known of one container of a pod."""

    def __init__(self, spec, is_initial):
        self.spec = spec
        self.name = spec["name"]
        self.is_initial = is_initial
        self.waiting = "ContainerCreating"
        self.message = None
        self.log = None
        self.body = None
        self.started = None
        self.ending = None
        self.finished = None
        self.restarts = 0
        self.restart_at = None
        self.last = {}

    def state(self):
        if self.ending:
            terminated = {
                "exitCode": self.ending.code, "reason": self.ending.reason, "startedAt": self.started,
                "finishedAt": self.finished, "containerID": "fake://" + self.name}
            if self.ending.message:
                terminated["message"] = self.ending.message
            return {"terminated": terminated}
        if self.body:
            return {"running": {"startedAt": self.started}}
        return {"waiting": {"reason": self.waiting, **({"message": self.message} if self.message else {})}}

    def status(self):
        state, last = self.state(), self.last
        if self.restart_at:
            last, state = state, {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off restarting"}}
        runs = "running" in state
        return {
            "name": self.name, "image": self.spec["image"], "imageID": self.spec["image"] if self.started else "",
            "containerID": "fake://" + self.name if self.started else "", "ready": runs, "started": runs,
            "restartCount": self.restarts, "state": state, "lastState": last}


class FakeContainer:
    """Writes its log, waits, and ends as the annotations say."""

    def __init__(self, word, log, text):
        self.word = word
        self.log = log
        self.text = text
        self.told = threading.Event()
        self.code = None

    def run(self):
        interval = float(self.word("log-interval", "0"))
        for line in self.text.splitlines(keepends=True):
            self.log.write(line.encode())
            if interval and self.told.wait(interval):
                break
        seconds = float(self.word("seconds", "0.2"))
        self.told.wait(seconds if seconds > 0 else None)
        if self.code is not None:
            return Ending(self.code)
        reason = self.word("reason", None)
        code = self.word("exit", "137" if reason == "OOMKilled" else "0")
        return Ending(int(code), reason, self.word("message", None))

    def finish(self, code):
        if not self.told.is_set():
            self.code = code
            self.told.set()

    def stop(self):
        if self.word("ignore-term", "") != "true":
            self.finish(128 + signal.SIGTERM)

    def kill(self):
        self.finish(128 + signal.SIGKILL)


class RealContainer:
    """A process of this machine with a group of its own."""

    def __init__(self, command, environment, folder, log):
        self.command = command
        self.environment = environment
        self.folder = folder
        self.log = log
        self.lock = threading.Lock()
        self.process = None
        self.is_killed = False

    def run(self):
        with self.lock:
            if self.is_killed:
                return Ending(128 + signal.SIGKILL)
            try:
                self.process = subprocess.Popen(
                    self.command, env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
            except (OSError, ValueError) as error:
                return Ending(128, "StartError", f"failed to create containerd task: {error}")
        reader = threading.Thread(target=self.read, args=(self.process.stdout,), daemon=True)
        reader.start()
        # Not collected yet: as long as it is not, nobody else can get the number of the group.
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        with self.lock:
            self.signal(signal.SIGKILL)
            code = self.process.wait()
            self.process = None
        # Who left the group may hold the output open for ever.
        reader.join(1)
        return Ending(code if code >= 0 else 128 - code)

    def read(self, output):
        with output:
            for line in iter(lambda: output.readline(1 << 16), b""):
                self.log.write(line)

    def signal(self, number):
        if self.process:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass

    def finish(self, code):
        self.kill()

    def stop(self):
        with self.lock:
            self.signal(signal.SIGTERM)

    def kill(self):
        with self.lock:
            self.is_killed = True
            self.signal(signal.SIGKILL)
