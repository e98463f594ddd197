import Manifests
import Records
import Support
import Testing
import YAML

@testable import Engines

/// A queue's document becomes a whole object.
@Suite struct KubernetesObjectTests {
    private static func submission(_ document: JSONValue) -> Submission {
        var submission = Submission(
            name: "r-1", folder: "/runs/team.train-r/1", workingDirectory: "/src",
            arguments: ["python3", "train.py", "--note", "$(HOME) $$"], environment: ["LR": "0.1"], token: 7)
        let digest = Digest(of: "image")
        submission.image = SubmittedImage(
            digest: digest, config: digest, layout: "/l", reference: "registry.example/train@\(digest)")
        submission.target = EngineTarget(kind: .kubernetes, document: document)
        submission.labels.run = "team/train with spaces/and ünïcode"
        submission.labels.job = "train@v3"
        submission.labels.attempt = 1
        submission.timeout = .seconds(600)
        return submission
    }

    private static func object(
        _ document: JSONValue, settings: JSONValue? = nil, _ change: (inout Submission) -> Void = { _ in }
    ) throws -> JSONValue {
        var submission = submission(document)
        change(&submission)
        return try KubernetesObject(
            submission: submission,
            identity: KubernetesIdentity(
                name: "r-1", folder: "/runs/team.train-r/1", host: "h", location: "abcdefgh12"),
            settings: KubernetesSettings(settings), kind: KubernetesKind(document), parameters: "{\"lr\":0.1}\n"
        ).complete()
    }

    private static let container = ["spec", "template", "spec", "containers", "0"]

    @Test func aQueueThatSaysNothingGetsAWholeJob() throws {
        let job = try Self.object([:])
        #expect(job["apiVersion"] == "batch/v1" && job["kind"] == "Job")
        #expect(job.at(["metadata", "name"]) == "slipway-r-1-abcdefgh")
        #expect(job.at(["spec", "backoffLimit"]) == 0)
        #expect(job.at(["spec", "ttlSecondsAfterFinished"]) == 86_400)
        let pod = ["spec", "template", "spec"]
        #expect(job.at(pod + ["restartPolicy"]) == "Never")
        #expect(job.at(pod + ["activeDeadlineSeconds"]) == 900)
        #expect(job.at(pod + ["automountServiceAccountToken"]) == false)
        #expect(
            job.at(Self.container + ["command"]) == ["python3", "train.py", "--note", "$$(HOME) $$$$"],
            "nothing in it is a variable of Kubernetes")
        #expect(job.at(Self.container + ["workingDir"]) == "/src")
        #expect(job.at(Self.container + ["image"])?.string?.hasPrefix("registry.example/train@sha256:") == true)
        #expect(job.at(["metadata", "annotations", "slipway.dev/token"]) == "7")
        let label = job.at(["metadata", "labels", "slipway.dev/run"])?.string
        #expect(label == "team_train_with_spaces_and__n_code")
        #expect(job.at(["metadata", "annotations", "slipway.dev/run"]) == "team/train with spaces/and ünïcode")
        #expect(
            job.at(["spec", "template", "metadata", "annotations", "slipway.dev/parameters"]) == "{\"lr\":0.1}\n")
    }

    @Test func whatTheQueueSaysStays() throws {
        let document: JSONValue = [
            "metadata": ["labels": ["kueue.x-k8s.io/queue-name": "gpus"]],
            "spec": [
                "suspend": true, "ttlSecondsAfterFinished": 600,
                "template": [
                    "spec": [
                        "activeDeadlineSeconds": 5,
                        "containers": [
                            ["name": "side", "image": "side"],
                            [
                                "name": "main", "image": "theirs", "args": ["run"],
                                "env": [["name": "LR", "value": "9"]],
                                "resources": ["limits": ["memory": "1Gi"]],
                            ],
                        ],
                    ]
                ],
            ],
        ]
        let job = try Self.object(document) {
            $0.resources.memory = ByteQuantity(bytes: 1 << 20)
            $0.resources.cpu = CPUQuantity(millicores: 1500)
            $0.resources.gpu = 2
        }
        #expect(job.at(["metadata", "labels", "kueue.x-k8s.io/queue-name"]) == "gpus")
        #expect(job.at(["spec", "suspend"]) == true)
        #expect(job.at(["spec", "ttlSecondsAfterFinished"]) == 600)
        #expect(job.at(["spec", "template", "spec", "activeDeadlineSeconds"]) == 5)
        #expect(job.at(Self.container) == ["name": "side", "image": "side"])
        let main = Self.container.dropLast() + ["1"]
        #expect(job.at(main + ["image"]) == "theirs")
        #expect(job.at(main + ["command"]) == nil && job.at(main + ["args"]) == ["run"])
        #expect(job.at(main + ["env"])?.array?.filter { $0["name"] == "LR" } == [["name": "LR", "value": "9"]])
        #expect(
            job.at(main + ["resources"])
                == [
                    "limits": ["memory": "1Gi", "nvidia.com/gpu": "2"], "requests": ["cpu": "1500m"],
                ])
    }

    @Test func secretsAreNamesAndNoValues() throws {
        let job = try Self.object([:], settings: ["secrets": ["hf": ["name": "tokens", "key": "hf"]]]) {
            $0.secrets = ["HF_TOKEN": "hf", "OTHER": "other"]
            $0.environment["HF_TOKEN"] = "hush"
        }
        let environment = job.at(Self.container + ["env"])?.array ?? []
        #expect(
            environment.contains([
                "name": "HF_TOKEN", "valueFrom": ["secretKeyRef": ["name": "tokens", "key": "hf"]],
            ]))
        #expect(
            environment.contains([
                "name": "OTHER", "valueFrom": ["secretKeyRef": ["name": "other", "key": "value"]],
            ]))
        #expect(!job.canonicalText.contains("hush"))
    }

    @Test func theSharedVolumeIsMountedByAttempt() throws {
        let claim: JSONValue = ["persistentVolumeClaim": ["claimName": "runs"]]
        let job = try Self.object([:], settings: ["runsVolume": claim]) { $0.environment["SLIPWAY_INPUTS"] = "/x" }
        let volumes = job.at(["spec", "template", "spec", "volumes"])?.array ?? []
        #expect(volumes.contains(["name": "slipway-runs", "persistentVolumeClaim": ["claimName": "runs"]]))
        let mounts = job.at(Self.container + ["volumeMounts"])?.array ?? []
        #expect(
            mounts.contains([
                "name": "slipway-runs", "mountPath": "/slipway/outputs", "subPath": "team.train-r/1/outputs",
            ]))
        #expect(
            mounts.contains([
                "name": "slipway-runs", "mountPath": "/slipway/inputs", "subPath": "team.train-r/1/inputs",
                "readOnly": true,
            ]))
    }

    @Test func everyPodOfACustomResourceIsCompleted() throws {
        let replica: JSONValue = ["template": ["spec": ["containers": [["name": "pytorch"]]]]]
        let document: JSONValue = [
            "apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob",
            "spec": ["pytorchReplicaSpecs": ["Master": replica, "Worker": replica]],
        ]
        let object = try Self.object(document)
        for role in ["Master", "Worker"] {
            let pod = ["spec", "pytorchReplicaSpecs", role, "template"]
            #expect(object.at(pod + ["metadata", "labels", "slipway.dev/name"]) == "slipway-r-1-abcdefgh")
            #expect(object.at(pod + ["spec", "containers", "0", "command"])?.array?.count == 4)
            #expect(object.at(pod + ["spec", "restartPolicy"]) == nil)
        }
        let mpi: JSONValue = [
            "apiVersion": "kubeflow.org/v2beta1", "kind": "MPIJob",
            "spec": ["mpiReplicaSpecs": ["Launcher": replica, "Worker": replica]],
        ]
        let launched = try Self.object(mpi)
        let command = { (role: String) in
            launched.at(["spec", "mpiReplicaSpecs", role, "template", "spec", "containers", "0", "command"])
        }
        #expect(command("Launcher") != nil && command("Worker") == nil)
    }

    @Test(arguments: [
        ("r-1", "slipway-r-1-abcdefgh"), ("Run_1", "slipway-run-1-"),
        (String(repeating: "a", count: 80), "slipway-aaaa"),
        ("--rm -rf;", "slipway---"),
    ]) func namesAreFitForACluster(name: String, beginning: String) {
        let identity = KubernetesIdentity(name: name, folder: "/r/a/1", host: "h", location: "abcdefgh12")
        #expect(identity.object.hasPrefix(beginning), "\(identity.object)")
        #expect(identity.object.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil && identity.object.count <= 50)
    }

    @Test func twoNamesAreNotOne() {
        let names = ["Run-1", "run-1", "run_1", String(repeating: "a", count: 80), String(repeating: "a", count: 81)]
        let objects = names.map { KubernetesIdentity(name: $0, folder: "/r/a/1", host: "h", location: nil).object }
        #expect(Set(objects).count == names.count)
    }

    @Test func aNoteIsReadAsItWasWritten() throws {
        let ends: [Observation] = [
            .ended(status: 3, at: nil), .gone("why"), .failed(.preempted, "words", at: nil),
        ]
        let words: [KubernetesNote.Word] =
            [.submitted, .sealed(nil), .sealed(4), .ending("why")] + ends.map(KubernetesNote.Word.over)
        let workspace = try TestWorkspace("note")
        let folder = workspace.path + "/attempt"
        for word in words {
            let note = KubernetesNote(word, uid: "u", server: "https://c")
            try note.write(to: folder)
            #expect(KubernetesNote(of: folder) == note)
        }
    }
}
