"""What a container that is really executed has around it: its environment, its volumes, its command."""

import base64
import os
import re

from api import APIError


class NotReady(Exception):
    """Something that the container needs is not there yet. The kubelet goes on looking."""


class Surroundings:
    def __init__(self, api, pod, folder):
        self.api = api
        self.pod = pod
        self.namespace = pod["metadata"]["namespace"]
        self.folder = folder

    def of(self, container):
        """The command, the environment and the working directory of a container."""
        paths = self.mounts(container)
        environment = self.environment(container)
        words = container.get("command", []) + container.get("args", [])
        if not container.get("command"):
            raise NotReady("fake/exec needs a command: there is no image that could have one")
        environment = {name: replaced(value, paths) for name, value in environment.items()}
        command = [replaced(expanded(word, environment), paths) for word in words]
        home = os.path.join(self.folder, "home")
        os.makedirs(home, exist_ok=True)
        base = {"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "HOSTNAME": self.pod["metadata"]["name"]}
        return command, {**base, **environment}, replaced(container.get("workingDir") or home, paths)

    # Values

    def object(self, kind, name, optional):
        try:
            return self.api.request("GET", f"/api/v1/namespaces/{self.namespace}/{kind}s/{name}")
        except APIError as error:
            if error.status != 404:
                raise
            if optional:
                return None
            raise NotReady(f'{kind} "{name}" not found') from error

    def values(self, kind, name, optional):
        """What is in a secret or a configmap, as bytes; `None` where it is not there and need not be."""
        found = self.object(kind, name, optional)
        if found is None:
            return None
        data = {key: base64.b64decode(value) for key, value in found.get("binaryData", {}).items()}
        for key, value in (found.get("data") or {}).items():
            data[key] = base64.b64decode(value) if kind == "secret" else value.encode()
        return data

    def environment(self, container):
        result = {}
        for source in container.get("envFrom", []):
            for field, kind in [("secretRef", "secret"), ("configMapRef", "configmap")]:
                if field in source:
                    found = self.values(kind, source[field]["name"], source[field].get("optional"))
                    for key, value in (found or {}).items():
                        result[source.get("prefix", "") + key] = value.decode()
        for variable in container.get("env", []):
            value = self.value(variable, result)
            if value is not None:
                result[variable["name"]] = value
        return result

    def value(self, variable, known):
        source = variable.get("valueFrom")
        if not source:
            return expanded(variable.get("value", ""), known)
        for field, kind in [("secretKeyRef", "secret"), ("configMapKeyRef", "configmap")]:
            if field in source:
                reference = source[field]
                found = self.values(kind, reference["name"], reference.get("optional"))
                if found is not None and reference["key"] in found:
                    return found[reference["key"]].decode()
                if reference.get("optional"):
                    return None
                raise NotReady(f"couldn't find key {reference['key']} in {kind} {self.namespace}/{reference['name']}")
        if "fieldRef" in source:
            return self.field(source["fieldRef"]["fieldPath"])
        raise NotReady(f"the fake kubelet does not know {', '.join(source)}")

    def field(self, path):
        found = re.fullmatch(r"metadata\.(labels|annotations)\['(.*)'\]", path)
        if found:
            return self.pod["metadata"].get(found.group(1), {}).get(found.group(2), "")
        fixed = {"status.podIP": "127.0.0.1", "status.hostIP": "127.0.0.1", "status.podIPs": "127.0.0.1"}
        if path in fixed:
            return fixed[path]
        value = self.pod
        for word in path.split("."):
            value = value.get(word, {}) if isinstance(value, dict) else {}
        return value if isinstance(value, str) else ""

    # Volumes

    def mounts(self, container):
        """The folder of this machine for each mount path, the longest path first."""
        volumes = {volume["name"]: volume for volume in self.pod["spec"].get("volumes", [])}
        paths = []
        for mount in container.get("volumeMounts", []):
            path = self.volume(volumes[mount["name"]])
            below = mount.get("subPath") or expanded(mount.get("subPathExpr", ""), self.environment(container))
            if below:
                path = os.path.join(path, below)
                if not os.path.exists(path):
                    os.makedirs(path)
            paths.append((mount["mountPath"].rstrip("/"), path))
        return sorted(paths, key=lambda pair: -len(pair[0]))

    def volume(self, volume):
        own = os.path.join(self.folder, "volumes", volume["name"])
        if "hostPath" in volume:
            return self.host_path(volume["hostPath"])
        if "emptyDir" in volume:
            os.makedirs(own, exist_ok=True)
            return own
        if "persistentVolumeClaim" in volume:
            claim = self.object("persistentvolumeclaim", volume["persistentVolumeClaim"]["claimName"], False)
            bound = self.api.request("GET", f"/api/v1/persistentvolumes/{claim['spec'].get('volumeName', '')}")
            return self.host_path(bound["spec"].get("hostPath") or bound["spec"]["local"])
        if "downwardAPI" in volume:
            for item in volume["downwardAPI"].get("items", []):
                target = os.path.join(own, item["path"])
                os.makedirs(os.path.dirname(target), exist_ok=True)
                with open(target, "w", encoding="utf-8") as file:
                    file.write(self.field(item["fieldRef"]["fieldPath"]))
            return own
        for field, name, kind in [("secret", "secretName", "secret"), ("configMap", "name", "configmap")]:
            if field in volume:
                source = volume[field]
                found = self.values(kind, source[name], source.get("optional")) or {}
                places = {item["key"]: item["path"] for item in source.get("items", [])} or {key: key for key in found}
                for key, place in places.items():
                    if key not in found:
                        raise NotReady(f"references non-existent {kind} key: {key}")
                    target = os.path.join(own, place)
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    with open(target, "wb") as file:
                        file.write(found[key])
                os.makedirs(own, exist_ok=True)
                return own
        raise NotReady(f"the fake kubelet does not know the kind of volume {volume['name']}")

    @staticmethod
    def host_path(source):
        path = source["path"]
        if source.get("type") == "DirectoryOrCreate":
            os.makedirs(path, exist_ok=True)
        if source.get("type") == "Directory" and not os.path.isdir(path):
            raise NotReady(f"hostPath type check failed: {path} is not a directory")
        return path


def expanded(text, known):
    """Kubernetes' own variables: $(NAME), where it is known, and $$ for a dollar."""
    return re.sub(
        r"\$\$|\$\(([^()]+)\)",
        lambda found: "$" if found.group(1) is None else known.get(found.group(1), found.group(0)), text)


def replaced(text, paths):
    """A text with each mount path replaced by the folder that is mounted there; longer words are left alone."""
    if not paths:
        return text
    known = dict(paths)
    pattern = "|".join(re.escape(path) for path, _ in paths)
    return re.sub(rf"(?<![\w.\-/])(?:{pattern})(?![\w.\-])", lambda found: known[found.group(0)], text)
