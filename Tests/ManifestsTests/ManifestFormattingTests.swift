import Foundation
import Manifests
import Support
import Testing
import YAML

/// Manifests in canonical style: the order of their fields, and which files are formatted.
@Suite struct ManifestFormattingTests {
    private func formatted(_ text: String) throws -> String {
        let file = FormattedFile(formatting: SourceFile(path: "m.yaml", text: text))
        try #require(file.diagnostics.isEmpty, "\(file.diagnostics)")
        return String(decoding: file.after, as: UTF8.self)
    }

    @Test func fieldsComeInTheOrderOfTheirDeclarationWithTheirComments() throws {
        let text = """
            # Trains on penguins.
            kind: Job
            spec:
              # how long
              timeout: 5m
              outputs: [model.json]
              resources: {gpu: 1, memory: 1Gi, cpu: 2}
              env: {Z: "1", A: {secret: token}}   # as written
              # the code
              source:
                git:
                  path: train
                  ref: v1   # a tag
                  repository: https://host/repo.git
              unknownField: 1
              command: [python3]
              retry:
                backoff: {maximum: 5m, initial: 5s}
                limit: 2
            metadata: {labels: {b: x, a: y}, name: train}
            apiVersion: slipway/v1
            """
        #expect(
            try formatted(text) == """
                # Trains on penguins.
                apiVersion: slipway/v1
                kind: Job
                metadata: {name: train, labels: {b: x, a: y}}
                spec:
                  # the code
                  source:
                    git:
                      repository: https://host/repo.git
                      ref: v1  # a tag
                      path: train
                  command: [python3]
                  env: {Z: "1", A: {secret: token}}  # as written
                  resources: {cpu: 2, memory: 1Gi, gpu: 1}
                  retry:
                    limit: 2
                    backoff: {initial: 5s, maximum: 5m}
                  # how long
                  timeout: 5m
                  outputs: [model.json]
                  unknownField: 1

                """)
    }

    @Test(arguments: [
        (
            "{kind: Run, apiVersion: slipway/v1, spec: {queue: q, job: j}}\n",
            "{apiVersion: slipway/v1, kind: Run, spec: {job: j, queue: q}}\n"
        ),
        // Of a kind that is not known, only the envelope is.
        (
            "spec: {queue: q, job: j}\nkind: Ruin\napiVersion: slipway/v1\n",
            "apiVersion: slipway/v1\nkind: Ruin\nspec: {queue: q, job: j}\n"
        ),
        // What is no manifest of ours keeps its order.
        ("kind: Pod\napiVersion: v1\n", "kind: Pod\napiVersion: v1\n"),
        // Elements of lists have fields, too, and what the engine reads has none.
        (
            "kind: Run\napiVersion: slipway/v1\nspec:\n  inputs:\n  - {path: a, from: b}\n  parameters: {z: 1, a: 2}\n",
            "apiVersion: slipway/v1\nkind: Run\nspec:\n  parameters: {z: 1, a: 2}\n"
                + "  inputs:\n    - {from: b, path: a}\n"
        ),
        // An alias never comes before its anchor.
        (
            "apiVersion: slipway/v1\nkind: Run\nspec:\n  queue: &q one\n  job: *q\n",
            "apiVersion: slipway/v1\nkind: Run\nspec:\n  queue: &q one\n  job: *q\n"
        ),
    ])
    func order(_ text: String, _ expected: String) throws { #expect(try formatted(text) == expected) }

    /// What the repository shows, and everything in its documentation that is a manifest, is read back as the same.
    @Test func whatTheRepositoryShows() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let manifests = try FileManager.default.contentsOfDirectory(atPath: root.path + "/manifests")
        #expect(manifests.count >= 3)
        for name in manifests {
            let text = try String(contentsOfFile: root.path + "/manifests/\(name)", encoding: .utf8)
            #expect(try formatted(text) == text, "manifests/\(name): reconcile fmt")
        }
        let pages = try FileManager.default.contentsOfDirectory(atPath: root.path + "/docs").map { "docs/\($0)" }
        var blocks = 0
        for page in pages + ["README.md"] where page.hasSuffix(".md") {
            let text = try String(contentsOfFile: "\(root.path)/\(page)", encoding: .utf8)
            for block in text.components(separatedBy: "```yaml\n").dropFirst() {
                let yaml = block.components(separatedBy: "```")[0]
                let source = SourceFile(path: page, text: yaml)
                guard !YAMLFile.parse(source).diagnostics.contains(where: { $0.severity == .error }) else { continue }
                let once = try formatted(yaml)
                #expect(try formatted(once) == once, "\(page): \(yaml)")
                blocks += 1
            }
        }
        #expect(blocks > 10)
    }

    @Test func onlyManifestsAreFormatted() async throws {
        let folder = try TestWorkspace("fmt")
        let job =
            "apiVersion: slipway/v1\nkind: Job\nmetadata: {name: a}\nspec:\n  source: {path: ../code}\n  command: [x]\n"
        try folder.write("manifests/job.yaml", job)
        try folder.write("manifests/sub/run.yml", "kind:   Run\n")
        try folder.write("manifests/broken.yaml", "a: [\n")
        try folder.write("manifests/ignored.yaml", "a:   1\n")
        try folder.write("manifests/.slipwayignore", "ignored.yaml\n")
        try folder.write("code/config.yaml", "a:   1\n")
        let (files, diagnostics) = await ManifestLoader(repositoryRoot: folder.path).format([folder.path])
        #expect(diagnostics.isEmpty)
        #expect(files.map(\.path) == ["manifests/broken.yaml", "manifests/job.yaml", "manifests/sub/run.yml"])
        #expect(files.map(\.isChanged) == [false, false, true])
        #expect(files[0].diagnostics.map(\.code.rawValue.count) == [7])
        #expect(folder.text("manifests/sub/run.yml") == "kind:   Run\n")
    }
}
