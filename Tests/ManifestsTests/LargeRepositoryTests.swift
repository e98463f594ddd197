import Testing
import YAML

@testable import Manifests

/// A repository that is so large that its documents are checked in parts.
@Suite("Many manifests") struct LargeRepositoryTests {
    private static let runs = 4000

    private static let base = """
        apiVersion: slipway/v1
        kind: Job
        metadata: {name: train}
        spec:
          source: {path: ../code}
          command: [train]
          parameters: {epochs: {type: integer, minimum: 1}}
        ---
        apiVersion: slipway/v1
        kind: Queue
        metadata: {name: local}
        spec: {resource: local-process}
        ---
        apiVersion: slipway/v1
        kind: AgentPool
        metadata: {name: here}
        spec: {queues: [local]}

        """

    private func run(_ number: Int, job: String = "train", epochs: Int = 1) -> String {
        """
        apiVersion: slipway/v1
        kind: Run
        metadata: {name: run-\(number)}
        spec:
          job: \(job)
          queue: local
          parameters:
            epochs: \(epochs)

        """
    }

    private func load(_ texts: [String]) -> LoadedManifests {
        LoadedManifests(
            decoding: texts.enumerated().map { index, text in
                SourceFile(path: "manifests/\(String(100_000 + index)).yaml", text: text)
            })
    }

    @Test func everyMistakeIsSaidOnceInOrder() {
        let texts = (0..<Self.runs).map { number in
            run(number, job: number % 100 == 7 ? "trainn" : "train", epochs: number % 100 == 9 ? 0 : 1)
        }
        let loaded = load(texts + [Self.base])
        let errors = loaded.diagnostics.filter { $0.severity == .error }
        let expected = (0..<Self.runs).filter { $0 % 100 == 7 || $0 % 100 == 9 }
        #expect(errors.map { $0.location?.path } == expected.map { "manifests/\(100_000 + $0).yaml" })
        #expect(errors.map { $0.location?.span.start.line } == expected.map { $0 % 100 == 7 ? 5 : 8 })
        // Few suggestions are sought for, and one wrong name is one suggestion in each part.
        #expect(errors.filter { "\($0)".contains("trainn") }.allSatisfy { $0.remedy?.contains("`train`") ?? false })
        // What is declared in a file without mistakes is still known by its place.
        let notes = errors.flatMap(\.notes).compactMap(\.location).map(\.description)
        #expect(Set(notes) == ["manifests/\(100_000 + Self.runs).yaml:7:49"])
    }

    private var matrices: [String] {
        (0..<40).map { number in
            """
            apiVersion: slipway/v1
            kind: Run
            metadata: {name: sweep-\(number)}
            spec:
              job: train
              queue: local
              matrix:
                epochs: [\((0..<100).map { $0 == 50 ? "0" : "\($0 + 1)" }.joined(separator: ", "))]

            """
        }
    }

    @Test func whatIsWrongInAMatrixIsSaidOnce() {
        let loaded = load([Self.base] + matrices)
        #expect(loaded.desired.runs.count == 4000)
        let errors = loaded.diagnostics.filter { $0.severity == .error }
        #expect(errors.count == 40)
        #expect(Set(errors.compactMap { $0.location?.path }).count == 40)
    }

    /// Which of its values were refused is remembered for a matrix while its runs are looked at.
    @Test func runsOfOneMatrixAreInOnePart() {
        let documents = ([Self.base] + matrices).flatMap {
            DecodedFile.decode(SourceFile(path: "m.yaml", text: $0)).documents
        }
        let parts = Assembly(documents).parts
        #expect(parts.count > 1)
        #expect(parts.flatMap { $0 } == Array(documents.indices))
        for part in parts.dropFirst() { #expect(documents[part.lowerBound].membership?.isFirst == true) }
    }

    @Test func aRightRepositoryIsRight() {
        let loaded = load([Self.base] + (0..<Self.runs).map { run($0) })
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.desired.runs.count == Self.runs)
    }
}
