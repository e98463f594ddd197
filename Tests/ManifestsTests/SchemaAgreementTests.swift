import Support
import Testing
import YAML

@testable import Manifests

/// What decoding accepts, the published schema accepts, and what is wrong with the form of a manifest is refused by
/// both: said by an independent validator, `check-jsonschema`, over the manifests that
/// are shown to people, and over documents with one thing changed in each, or two.
///
/// Documents are handed over as JSON, because its reader of YAML decides by itself what a plain word means.
@Suite("Published schemas and decoding agree", .enabled(if: SchemaChecker.isThere, "check-jsonschema is not installed"))
struct SchemaAgreementTests {
    /// What decoding refuses and no schema can, by code.
    struct Unsayable {
        var code: DiagnosticCode
        /// A part of the message, where the code stands for more than this.
        var words: String?
        var reason: String

        init(_ code: DiagnosticCode, _ words: String? = nil, _ reason: String) {
            self.code = code
            self.words = words
            self.reason = reason
        }

        func covers(_ diagnostic: Diagnostic) -> Bool {
            diagnostic.code == code && words.map(diagnostic.message.contains) ?? true
        }
    }

    static let unsayable = [
        Unsayable("SLW2007", "a name or a pattern with", "whether a `[…]` is closed and holds a character"),
        Unsayable("SLW2007", "a pattern for paths", "the same, and whether a line of .gitignore names anything"),
        Unsayable("SLW2007", "processor cores", "whether a binary fraction is a whole number of thousandths"),
        Unsayable("SLW2011", "must be between 0s and", "whether one duration, as text, is longer than another"),
        Unsayable("SLW2011", "must be between 1ms and", "the same"),
        Unsayable("SLW2011", "must be between 1s and", "the same"),
        Unsayable("SLW2018", nil, "whether two keys are one to Unicode"),
        Unsayable("SLW2021", "has more than", "how often a text holds a reference, at a bearable price"),
        Unsayable("SLW2022", nil, "whether a template names a parameter that the same job declares"),
        Unsayable("SLW2023", nil, "whether the keywords of a parameter's schema contradict each other"),
        Unsayable("SLW2024", nil, "whether a text is a regular expression that is matched in linear time"),
        Unsayable("SLW2051", nil, "whether a path leads out of the repository from where its manifest is"),
        Unsayable("SLW2110", "it names no path", "whether an absolute path is more than `/` when `..` are followed"),
        Unsayable("SLW2111", nil, "as for sources, for a base image's path"),
        Unsayable("SLW2116", "is no host", "how long each label of a host is, at a bearable price"),
        Unsayable("SLW2118", "is no host", "the same"),
        Unsayable("SLW2251", nil, "how many combinations lists of values have"),
        Unsayable("SLW2252", nil, "the same, with what is left out and added"),
        Unsayable("SLW2256", nil, "whether one of `include` is there twice that fits no combination"),
        Unsayable("SLW2258", nil, "whether a name in `exclude` is that of a list beside it"),
        Unsayable("SLW2259", nil, "whether a value in `exclude` is in the list of that name"),
        Unsayable("SLW2260", nil, "whether `exclude` leaves any combination"),
        Unsayable("SLW2261", nil, "whether one of `include` is a combination that is there"),
        Unsayable("SLW2262", nil, "whether every set has a parameter that the run gives a value, too"),
        Unsayable("SLW2150", nil, "whether two names in a list are one, such as `local` and `default/local`"),
    ]

    /// Enough for a run of all tests; each seed takes others, and SLIPWAY_SEEDS asks for more of them.
    @Test(arguments: SeededRandom.seeds(1)) func overOneChangeAtEveryPlace(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let mutants = Array(ManifestMutations(seed: seed).mutants.shuffled(using: &random).prefix(400))
        let tally = try check(mutants, seed: seed)
        #expect(tally.accepted > 60 && tally.refused > 150 && tally.unsayable > 0, "\(tally)")
    }

    @Test(arguments: SeededRandom.seeds(1)) func overChangesOfWhatIsShown(seed: UInt64) throws {
        var mutations = ManifestMutations(startingAt: seed)
        let documents = ManifestCorpus.sound.map(\.document)
        let mutants = (0..<160).map { mutations.changed(documents, times: 1 + $0 % 2) }
        let tally = try check(mutants, seed: seed)
        #expect(tally.accepted > 8 && tally.refused > 60, "\(tally)")
    }

    /// Other checkers are written in Python, and read patterns by its rules.
    @Test(arguments: SeededRandom.seeds(1)) func overPatternsAsPythonReadsThem(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 1000)
        let mutants = ManifestMutations(seed: seed &+ 1000).mutants.filter { $0.change.hasSuffix("text") }
        let tally = try check(Array(mutants.shuffled(using: &random).prefix(100)), dialect: "python", seed: seed)
        #expect(tally.accepted > 5 && tally.refused > 20, "\(tally)")
    }

    @Test func overWhatIsShown() throws {
        let sound = ManifestCorpus.sound
        let refused = try SchemaChecker.refusals(of: sound.map(\.document), in: TestWorkspace("schema"))
        for (index, why) in refused { Issue.record("\(sound[index].place): \(why.prefix(600))") }
        for kind in Kind.allCases.map(\.rawValue) + [DefaultsSpec.kind] {
            #expect(sound.contains { $0.document["kind"]?.string == kind }, "no \(kind) is shown")
        }
        let places = Set(sound.map(\.place))
        #expect(
            ["manifests/jobs.yaml", "docs/matrix.md", "README.md"].allSatisfy(places.contains), "\(places.sorted())")
    }

    private typealias Tally = (accepted: Int, refused: Int, unsayable: Int)

    private func check(_ mutants: [Mutant], dialect: String = "default", seed: UInt64) throws -> Tally {
        let folder = try TestWorkspace("schema")
        let refused = try SchemaChecker.refusals(of: mutants.map(\.document), dialect: dialect, in: folder)
        var tally: Tally = (0, 0, 0)
        var disagreements: [String] = []
        for (index, mutant) in mutants.enumerated() {
            let errors = Self.errors(mutant.document)
            let isExample = mutant.change.hasSuffix("an example") || mutant.change == "nothing"
            if isExample, let why = errors.first(where: { error in !Self.unsayable.contains { $0.covers(error) } }) {
                disagreements.append("an example is refused: \(why.message) \(mutant)")
            }
            switch (errors.isEmpty, refused[index]) {
            case (true, nil): tally.accepted += 1
            case (false, _?): tally.refused += 1
            case (true, let why?): disagreements.append("only the schema refuses: \(why) \(mutant)")
            case (false, nil):
                let rest = errors.filter { error in !Self.unsayable.contains { $0.covers(error) } }
                if rest.isEmpty {
                    tally.unsayable += 1
                } else {
                    disagreements.append("the schema accepts: \(rest[0].code.rawValue) \(rest[0].message) \(mutant)")
                }
            }
        }
        #expect(disagreements.isEmpty, "seed \(seed): \(disagreements.count) of \(mutants.count)")
        for disagreement in disagreements.prefix(20) { Issue.record("\(disagreement.prefix(600))") }
        return tally
    }

    static func errors(_ document: JSONValue) -> [Diagnostic] {
        let text = String(decoding: JSONText(document, style: .yaml).bytes, as: UTF8.self)
        let file = YAMLFile.parse(SourceFile(path: "m/a.yaml", text: text))
        let faults = file.diagnostics + file.documents.flatMap { errors(of: $0) }
        return faults.filter { $0.severity == .error }
    }

    /// A matrix is also made into runs.
    private static func errors(of document: Node) -> [Diagnostic] {
        DocumentDecoder.decode(StoredDocument(document), folder: "m").expanded.flatMap(\.diagnostics)
    }
}

extension Mutant: CustomStringConvertible {
    var description: String { "[\(change)] \(document.canonicalText)" }
}
