import Support
import Testing
import YAML

@testable import Manifests

/// What changes a manifest into another that is right, the schema of patches accepts, whatever it leaves out or
/// removes: said by an independent validator. That it refuses what is wrong in a patch is for editors, and is only
/// counted: whether a patch is right is not to be seen in it alone.
@Suite("The schema of patches agrees", .enabled(if: SchemaChecker.isThere, "check-jsonschema is not installed"))
struct PatchAgreementTests {
    private static let wholes =
        (Kind.allCases.compactMap(\.example.value) + ManifestCorpus.sound.map(\.document)).filter(isOfAnObject)

    private static func isOfAnObject(_ document: JSONValue) -> Bool { document["kind"]?.string != DefaultsSpec.kind }

    @Test(arguments: SeededRandom.seeds(1)) func overWhatMakesOneManifestOfAnother(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var mutations = ManifestMutations(startingAt: seed)
        let others = ManifestMutations(seed: seed).mutants.map(\.document).shuffled(using: &random).lazy
            .filter { Self.isOfAnObject($0) && SchemaAgreementTests.errors($0).isEmpty }.prefix(250)
        var patches: [(patch: JSONValue, isRight: Bool)] = []
        for other in Self.wholes + others {
            let alike = Self.wholes.filter { $0["kind"] == other["kind"] }
            guard let base = alike.randomElement(using: &random), let name = base["metadata"]?["name"] else { continue }
            let target = other.named(name)
            guard case .object(var patch)? = base.patch(to: target) else { continue }
            for field in ["apiVersion", "kind"] { patch[field] = base[field] }
            let whole = JSONValue.object(patch).named(name)
            let isChanged = random.chance(1, in: 2)
            let tried = isChanged ? mutations.changed([whole], times: 1).document : whole
            let outcome = base.patched(by: tried)
            #expect(isChanged || outcome == target)
            // It has to say what it is a patch of, and what removes nothing is a slip that a schema may refuse.
            let isPatch =
                ["apiVersion", "kind"].allSatisfy { tried[$0] == base[$0] } && tried["metadata"]?["name"] == name
            let isRight = isPatch && tried.removesOnlyWhatIs(in: base) && SchemaAgreementTests.errors(outcome).isEmpty
            patches.append((tried, isRight))
        }
        let folder = try TestWorkspace("patches")
        let names = patches.indices.map { "\(folder.path)/\($0).json" }
        for (index, patch) in patches.enumerated() { try folder.write("\(index).json", patch.patch.canonicalText) }
        let refused = try SchemaChecker.refusals(of: names, by: "patch", in: folder)
        for (name, patch) in zip(names, patches) where patch.isRight {
            if let why = refused[name] { Issue.record("seed \(seed): \(why) \(patch.patch.canonicalText.prefix(600))") }
        }
        let right = patches.count(where: \.isRight)
        #expect(right > 100 && refused.count > 30, "\(right) of \(patches.count) are right, \(refused.count) refused")
    }
}

extension JSONValue {
    fileprivate func named(_ name: JSONValue) -> JSONValue {
        var members = object ?? [:]
        var metadata = members["metadata"]?.object ?? [:]
        metadata["name"] = name
        members["metadata"] = .object(metadata)
        return .object(members)
    }

    /// What makes another value of this (RFC 7396); `nil` where nothing does: no patch sets a `null`.
    fileprivate func patch(to target: JSONValue) -> JSONValue? {
        guard case .object(let wanted) = target else { return target.holdsNull ? nil : target }
        let own = object ?? [:]
        var patch: [String: JSONValue] = [:]
        for (name, value) in wanted where own[name] != value {
            guard value != .null, let part = (own[name] ?? .null).patch(to: value) else { return nil }
            patch[name] = part
        }
        for name in own.keys where wanted[name] == nil { patch[name] = .null }
        return .object(patch)
    }

    private var holdsNull: Bool {
        switch self {
        case .null: true
        case .object(let members): members.values.contains(where: \.holdsNull)
        // A list is taken as it is.
        default: false
        }
    }

    /// Whether each `null` stands at a name that is there.
    fileprivate func removesOnlyWhatIs(in base: JSONValue) -> Bool {
        (object ?? [:]).allSatisfy { name, value in
            value == .null ? base[name] != nil : value.removesOnlyWhatIs(in: base[name] ?? [:])
        }
    }

    /// MergePatch of RFC 7396, section 2.
    fileprivate func patched(by patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var members = object ?? [:]
        for (name, change) in changes {
            if change == .null {
                members.removeValue(forKey: name)
            } else {
                members[name] = (members[name] ?? .null).patched(by: change)
            }
        }
        return .object(members)
    }
}
