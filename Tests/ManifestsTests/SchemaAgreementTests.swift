import Support
import Testing
import YAML

@testable import Manifests

/// What decoding accepts, the published schema accepts, and what is wrong with the form of a manifest is refused by
/// both: said by an independent validator, `check-jsonschema`, over documents with one thing changed in each.
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
        Unsayable("SLW2150", nil, "whether two names in a list are one, such as `local` and `default/local`"),
    ]

    @Test(arguments: SeededRandom.seeds(1)) func overOneChangeAtEveryPlace(seed: UInt64) throws {
        // Enough for a run of all tests; each seed takes others, and SLIPWAY_SEEDS asks for more of them.
        var random = SeededRandom(seed: seed)
        let mutants = Array(ManifestMutations(seed: seed).mutants.shuffled(using: &random).prefix(600))
        let folder = try TestWorkspace("schema")
        let refused = try SchemaChecker.refusals(of: mutants.map(\.document), in: folder)
        var tally = (accepted: 0, refused: 0, unsayable: 0)
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
        #expect(tally.accepted > 60 && tally.refused > 150 && tally.unsayable > 0, "\(tally)")
    }

    static func errors(_ document: JSONValue) -> [Diagnostic] {
        let text = String(decoding: JSONText(document, style: .yaml).bytes, as: UTF8.self)
        let file = YAMLFile.parse(SourceFile(path: "m/a.yaml", text: text))
        let faults = file.diagnostics + file.documents.flatMap { DocumentDecoder.decode($0, folder: "m").diagnostics }
        return faults.filter { $0.severity == .error }
    }
}

extension Mutant: CustomStringConvertible {
    var description: String { "[\(change)] \(document.canonicalText)" }
}
