"""Nodes of a Kubernetes cluster that are not there: what a kubelet tells the API server, without containers.

    python3 scripts/servers/fake-kubelet --server URL --token-file FILE --authority FILE --client-authority FILE
                                         --certificate FILE --key FILE [--nodes N] FOLDER

`scripts/servers/kubernetes` starts it. It needs Python's standard library only. Pods that the scheduler puts on its
nodes become Running, end as their annotations say, and are gone when they are deleted, after their grace. Their logs
are read through the API server (`GET …/pods/NAME/log`), with container, follow, timestamps, tailLines, limitBytes,
sinceSeconds and sinceTime.

Nodes: `fake-0` to `fake-(N-1)`, each with 64 cpu, 256Gi memory, 2000 pods, 8 nvidia.com/gpu. A Node that is created
with the label `fake/node: "true"` becomes one, too: a test that needs a node for itself makes one, with a label to
select it by and a taint to keep others off. Annotations of a Node:

    fake/capacity     JSON that is merged into its capacity: '{"nvidia.com/gpu": "0"}'
    fake/lost         "true": the node is unreachable from now on. It says nothing any more, its pods stay as they are,
                      and the controllers taint it and delete its pods, which do not go; "false": it is back

Annotations of a pod, which a Job gives in spec.template.metadata.annotations. Each but fake/outcome may be meant for
one container, as `fake/exit.main`. Init containers take only annotations that name them. Pods that run already obey
changes of fake/outcome and fake/finish.

    fake/seconds      how long the container runs; 0.2 if not given; 0: until it is told
    fake/exit         its exit status, 0 if not given
    fake/reason       why it terminated: OOMKilled (its status is 137 if not given), …; else Completed or Error
    fake/message      its termination message
    fake/finish       ends the container now, with this exit status
    fake/ignore-term  "true": it does not end by itself when its pod is deleted, only when the grace is over
    fake/log          what it writes, at once; one line that names its pod if not given
    fake/log-interval seconds between the lines of fake/log
    fake/outcome      pending             stays Pending, in ContainerCreating
                      image-pull-failure  ErrImagePull, then ImagePullBackOff, with the events
                      evicted             Failed, reason Evicted, with the condition DisruptionTarget
                      node-lost           Failed, reason NodeLost, with the condition DisruptionTarget
                      run                 none of these; also the way out of the first two
    fake/exec         "true": the container's command is really executed, as a process of this machine

What is executed has command and args with $(NAME) filled in, env and envFrom (values, secretKeyRef, configMapKeyRef,
fieldRef; a missing one is CreateContainerConfigError until it is there), PATH, HOME and HOSTNAME, workingDir, and its
own process group, which gets TERM, and KILL after the grace, when the pod is deleted, and KILL when its first process
has ended. Its output is the log and its status the container's. There is no image and no file system of its own:
volumes (hostPath, emptyDir, secret, configMap, downwardAPI, persistentVolumeClaim of a hostPath volume; with subPath)
are folders of this machine, and in command, args, env and workingDir each mountPath is replaced by the path of its
folder. Where the two are the same path, nothing is. Whoever may create pods executes what he likes as the user who started this.

For all: activeDeadlineSeconds of the pod, restartPolicy (with a short back-off), and deletion. Not there: probes,
`previous` logs, exec and attach, image digests, resource limits, users.
"""

import argparse
import os
import signal
import threading

from api import API
from logs import LogServer
from nodes import Nodes
from pods import Pods


def arguments():
    parser = argparse.ArgumentParser(prog="fake-kubelet", allow_abbrev=False)
    parser.add_argument("folder", help="for the files of pods")
    for name in ["server", "token-file", "authority", "client-authority", "certificate", "key"]:
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--nodes", type=int, default=1)
    return parser.parse_args()


def main():
    given = arguments()
    with open(given.token_file, encoding="utf-8") as file:
        api = API(given.server, file.read().strip(), given.authority)
    os.makedirs(given.folder, mode=0o700, exist_ok=True)
    pods = Pods(api, os.path.realpath(given.folder))
    port = LogServer(pods, given.certificate, given.key, given.client_authority).start()
    nodes = Nodes(api, pods, port)

    ended = threading.Event()
    for number in [signal.SIGTERM, signal.SIGINT]:
        signal.signal(number, lambda *_: ended.set())
    nodes.start([f"fake-{index}" for index in range(given.nodes)])
    pods.start(nodes)
    ended.wait()
    # Whoever is in the middle of a thread does not matter any more; what was really started must not stay.
    pods.kill_all()
    os._exit(0)


main()
