import YAML

extension DiagnosticPage {
    static let kubernetes: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW6300", "The kubeconfig cannot be read",
            """
            The file that KUBECONFIG names, or `~/.kube/config`, is missing, closed, or far too large to be one.
            """),
        DiagnosticPage(
            "SLW6301", "The kubeconfig cannot be used",
            """
            The file was read and does not say what is needed: a cluster, a user or a certificate that it refers to is
            missing or broken. `kubectl config view` shows how kubectl reads it.
            """),
        DiagnosticPage(
            "SLW6302", "The kubeconfig uses something unsupported",
            """
            Some ways to log in have been removed from kubectl as well, others hand the connection to a proxy that
            nobody checks. Tokens, client certificates and `exec` plug-ins are supported.
            """),
        DiagnosticPage(
            "SLW6303", "No cluster is named",
            """
            Neither the queue nor a kubeconfig says which cluster is meant, and this is no pod that could use its own
            account.
            """),
        DiagnosticPage(
            "SLW6304", "The context is not in the kubeconfig",
            """
            A queue's `settings.context` names a cluster by the name that the kubeconfig has for it, and those names
            differ between machines. Agree on one, or leave it out where there is only one.
            """),
        DiagnosticPage(
            "SLW6305", "The credential plug-in is not installed",
            """
            The kubeconfig gets its token from another program (of the cloud's provider, mostly), and the agent's
            machine does not have it.
            """),
        DiagnosticPage(
            "SLW6306", "The credential plug-in failed",
            """
            The program that the kubeconfig gets its token from ended with an error; its words are in the message. A
            login that has expired is the usual reason.
            """),
        DiagnosticPage(
            "SLW6307", "A cluster cannot pull from a layout",
            """
            The image is in a folder of this machine, and nodes of a cluster get images over the network.
            """),
        DiagnosticPage(
            "SLW6308", "The cluster does not take the object",
            """
            The API server refused it, and said why. Quotas, admission rules (such as pod security), missing rights of
            the account and misspelled fields of the pod all show here.
            """),
        DiagnosticPage(
            "SLW6309", "The cluster has another object of that name",
            """
            Objects carry labels that say which run and which checkout they belong to. One has the name and other
            labels; it is left alone.
            """),
        DiagnosticPage(
            "SLW6310", "An attempt on Kubernetes cannot be noted",
            """
            What is known of the object is written into the attempt's folder, so that it is found again after a crash.
            The folder is full or closed.
            """),
        DiagnosticPage(
            "SLW6311", "The cluster does not know the kind",
            """
            The queue submits a custom resource, and the cluster has no definition of it: the operator is not installed
            there, or has another version than `apiVersion` says.
            """),
        DiagnosticPage(
            "SLW6312", "It is not known how the object ends",
            """
            A Job says in its conditions whether it has succeeded. Custom resources each have their own way, which the
            queue has to describe; otherwise a run would never be seen to end.
            """),
        DiagnosticPage(
            "SLW6313", "The parameters are too long for a pod",
            """
            A pod reads its parameters from an annotation of its own, and Kubernetes bounds how long all annotations of
            an object may be.
            """),
        DiagnosticPage(
            "SLW6314", "The run needs a volume",
            """
            Inputs and outputs pass through the agents' storage, which a pod sees only if it is mounted. The queue has
            to say which volume that is.
            """),
        DiagnosticPage(
            "SLW6315", "The cluster does not hand over a log",
            """
            The API server or the node did not give what the command wrote. The pod may have been removed, or its node
            be gone.
            """),
        DiagnosticPage(
            "SLW6400", "The Deployment's cluster does not answer",
            """
            The cluster cannot be reached from here, so that nothing was changed there. The agents that run on it are
            not affected.
            """),
        DiagnosticPage(
            "SLW6401", "The Deployment is refused",
            """
            The API server refused to read or change the Deployment. Either the account lacks a right, or the template
            breaks a rule of the cluster.
            """),
        DiagnosticPage(
            "SLW6402", "The Deployment is somebody else's",
            """
            A Deployment has the name that the pool's would have, and not the labels of this record. It may belong to
            another state that has a pool of the same name.
            """),
        DiagnosticPage(
            "SLW6403", "Somebody else changes the Deployment too",
            """
            Two managers want different values in the same fields: an autoscaler that sets replicas, or somebody with
            `kubectl edit`. Without an agreement each would undo the other's change for ever.
            """),
        DiagnosticPage(
            "SLW6404", "The Deployment is being deleted",
            """
            The old Deployment is still going away, and a new one of that name can be made only after it.
            """),
    ]
}
