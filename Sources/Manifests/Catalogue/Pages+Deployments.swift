import YAML

extension DiagnosticPage {
    static let deployments: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW2470", "A pool on Kubernetes without a Deployment",
            """
            Agents on a cluster are the pods of a Deployment, and only you know which image has `reconcile`, which
            account it needs and how it reaches the state. An apply keeps the Deployment as it is written in the pool.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                containers: [{name: agent, image: "registry.example.com/reconcile:v1"}]
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2471", "A Deployment for agents that are elsewhere",
            """
            The pool's agents are processes of this machine or of others, so that a Deployment beside them would never
            be used. It is left over from a change of `placement`, or `placement` was forgotten.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                      deployment: {template: {}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: here}
                    spec:
                      queues: [local]
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2472", "A field of the Deployment that Slipway sets",
            """
            Name, selector and replicas of the Deployment follow from the pool. Set a second time in the template, they
            would disagree sooner or later, and a changed selector cannot even be applied.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            replicas: 3
                            template: {spec: {containers: [{name: agent, image: reconcile}]}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      replicas: 3
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template: {spec: {containers: [{name: agent, image: reconcile}]}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2473", "The template is not a Deployment",
            """
            Agents may be restarted and moved at any time, which is just what a Deployment does. A StatefulSet, a
            DaemonSet or a bare Pod would need other rules for how many there are and when they are replaced.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          kind: StatefulSet
                          spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          kind: Deployment
                          spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2474", "A Deployment without a container",
            """
            There is nothing in the pod that could be an agent. The containers are at `spec.template.spec.containers`,
            one `spec` deeper than it first seems: the outer one is the Deployment's, the inner one the pod's.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template: {spec: {containers: [{name: agent, image: reconcile}]}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template: {spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2475", "A container without a name or image",
            """
            Kubernetes needs both, and would refuse the Deployment only when it is applied.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template: {spec: {template: {spec: {containers: [{image: reconcile}]}}}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template: {spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2476", "Agents get more than their pod without saying so",
            """
            The template gives the agents, and every run that they start, something beyond a pod of their own: the
            host's network or folders, a privileged container, an account of the cluster. It is possible, and has to be
            permitted by a word in `deployment.allow`, so that a reviewer sees that it was meant.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                hostNetwork: true
                                containers: [{name: agent, image: reconcile}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        allow: [hostNetwork]
                        template:
                          spec:
                            template:
                              spec:
                                hostNetwork: true
                                containers: [{name: agent, image: reconcile}]
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2477", "Pods of a Deployment are always restarted",
            """
            Kubernetes takes no other `restartPolicy` than `Always` in a Deployment, and would refuse it only when it is
            applied. The field may be left out.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                restartPolicy: Never
                                containers: [{name: agent, image: reconcile}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                containers: [{name: agent, image: reconcile}]
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2478", "Agents on a cluster need a registry",
            """
            The default is a folder of this checkout, which pods do not have. An image that one agent builds must be
            found by the next, and by whatever executes the run.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      deployment:
                        template: {spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}}
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template: {spec: {template: {spec: {containers: [{name: agent, image: reconcile}]}}}}
                    """,
                beside: Surroundings.queue)),
        DiagnosticPage(
            "SLW2479", "A password in a container's environment",
            """
            The address of a state is often written with its password, and here everybody who reads the manifest or the
            Deployment would have it. A Secret of the cluster holds it, and the variable names that Secret.
            """,
            example: Example(
                wrong: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                containers:
                                - name: agent
                                  image: reconcile
                                  env: [{name: SLIPWAY_STATE, value: "postgres://ada:secret@db/slipway"}]
                    """,
                right: """
                    apiVersion: slipway/v1
                    kind: AgentPool
                    metadata: {name: gpu}
                    spec:
                      queues: [local]
                      placement: kubernetes
                      registry: {location: "registry.example.com/team"}
                      deployment:
                        template:
                          spec:
                            template:
                              spec:
                                containers:
                                - name: agent
                                  image: reconcile
                                  env:
                                  - name: SLIPWAY_STATE
                                    valueFrom: {secretKeyRef: {name: slipway, key: state}}
                    """,
                beside: Surroundings.queue)),
    ]
}
