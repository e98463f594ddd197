import YAML

/// Manifests as people write them, valid as a whole and the same ones every time.
struct ManifestCorpus: Sendable {
    let files: [SourceFile]
    let bytes: Int

    /// The folder that all jobs name as their source, and the file in it that they name.
    static let source = "jobs/train"
    static let requirements = "requirements.txt"

    private static let namespaces = 17

    /// About `bytes` in all, in files of about `fileBytes`.
    init(bytes: Int, fileBytes: Int = 64_000) {
        var files = [SourceFile(path: "manifests/queues.yaml", text: Self.queues)]
        var (total, document) = (files[0].bytes.count, 0)
        while total < bytes {
            var text = ""
            text.reserveCapacity(fileBytes + 2000)
            while text.utf8.count < fileBytes {
                text += document.isMultiple(of: 4) ? Self.job(document) : Self.run(document)
                document += 1
            }
            files.append(SourceFile(path: "manifests/\(files.count).yaml", text: text))
            total += text.utf8.count
        }
        self.files = files
        self.bytes = total
    }

    private static var queues: String {
        (0..<namespaces).map { namespace in
            """
            ---
            apiVersion: slipway/v1
            kind: Queue
            metadata: {name: local, namespace: team-\(namespace)}
            spec: {resource: local-process, concurrency: 8}
            ---
            apiVersion: slipway/v1
            kind: AgentPool
            metadata: {name: here, namespace: team-\(namespace)}
            spec: {queues: [local], replicas: 2}

            """
        }.joined()
    }

    /// As a repository has them that has grown: so many resources in so many files, a hundred files in a folder, a few
    /// of which hold several documents.
    init(resources: Int, files count: Int) {
        var files = [SourceFile(path: "manifests/queues.yaml", text: Self.queues)]
        var document = 0
        let written = resources - Self.namespaces * 2
        for file in 1..<count {
            let last = written * file / (count - 1)
            var text = ""
            while document < last {
                text += document.isMultiple(of: 4) ? Self.job(document, depth: 2) : Self.run(document)
                document += 1
            }
            files.append(SourceFile(path: "manifests/\(file / 100)/\(file).yaml", text: text))
        }
        self.files = files
        bytes = files.reduce(0) { $0 + $1.bytes.count }
    }

    /// `depth` is how many folders lie between the repository's root and the file.
    private static func job(_ number: Int, depth: Int = 1) -> String {
        """
        ---
        # Trains the classifier of week \(number % 52).
        apiVersion: slipway/v1
        kind: Job
        metadata:
          name: train-\(number)
          namespace: team-\(number / 4 % namespaces)
          labels: {team: vision, tier: "\(number % 3)", owner: ada}
          annotations:
            description: >-
              Trains a model on the data of the week,
              and writes its weights and metrics.
        spec:
          source:
            path: \(String(repeating: "../", count: depth))\(source)
          build:
            python: {version: "3.11", requirements: \(requirements)}
          command: [python3, -m, train.main]
          args:
            - "--lr"
            - "${parameters.lr}"
            - --epochs
            - "${parameters.epochs}"
          env:
            PYTHONUNBUFFERED: "1"
            DATA: /data/set-\(number)
            HF_TOKEN: {secret: hf-token}
          parameters:
            lr: {type: number, default: 0.0\(number % 9 + 1), exclusiveMinimum: 0, maximum: 1}
            epochs: {type: integer, default: \(number % 100 + 1), minimum: 1}
          resources: {cpu: 4, memory: 16Gi, gpu: \(number % 4)}
          retry:
            limit: 2
            on: [error, interruption]
            backoff: {initial: 5s, factor: 2, maximum: 5m}
          timeout: 30m
          outputs:
            - model.bin
            - metrics.json

        """
    }

    private static func run(_ number: Int) -> String {
        """
        ---
        apiVersion: slipway/v1
        kind: Run
        metadata:
          name: sweep-\(number)
          namespace: team-\(number / 4 % namespaces)
          labels:
            team: vision
            sweep: "\(number / 10)"
        spec:
          job: train-\(number - number % 4)
          queue: local
          priority: medium
          parameters:
            lr: 0.0\(number % 97 + 1)
            epochs: \(number % 30 + 1)

        """
    }
}
