import Foundation

// What `--output json` promises, as a program would read it: a key that is missing or of another type is an error.

struct GetDocument: Decodable {
    struct Item: Decodable {
        var kind: String
        var namespace: String
        var name: String
        var phase: String
        var reason: String
        var message: String
        var attempt: Int?
        var attempts: [Attempt]?
        var metrics: [String: Double]?
    }

    struct Attempt: Decodable {
        var number: Int
        var reason: String?
        var message: String?
        var exitCode: Int?
        var artifact: Artifact?
    }

    struct Artifact: Decodable, Equatable {
        var location: String
        var digest: String?
        var warning: String?
    }

    var formatVersion: String
    var items: [Item]
}

struct PlanDocument: Decodable {
    struct Summary: Decodable, Equatable {
        var create = 0
        var update = 0
        var delete = 0
        var replace = 0
        var run = 0
        var satisfied = 0
        var unchanged = 0
    }

    struct Action: Decodable {
        var op: String
        var kind: String
        var namespace: String
        var name: String
        var reason: String
        var message: String
    }

    var formatVersion: String
    var summary: Summary
    var actions: [Action]
}

struct SavedPlanDocument: Decodable {
    var formatVersion: String
    var tool: String
    var repository: String
    var manifests: [String]
    var actions: [PlanDocument.Action]
}

extension Outcome {
    /// What stdout says in JSON.
    func decoded<T: Decodable>(_ type: T.Type) throws -> T { try JSONDecoder().decode(type, from: Data(output.utf8)) }
}

extension Sandbox {
    func items(_ kind: String) async throws -> [GetDocument.Item] {
        try await reconcile("get", kind, "--output", "json").decoded(GetDocument.self).items
    }

    /// The phases of the runs, by name.
    func phases() async throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try await items("run").map { ($0.name, $0.phase) })
    }

    func plan(_ arguments: String...) async throws -> PlanDocument {
        try await reconcile(["plan", "--output", "json"] + arguments).decoded(PlanDocument.self)
    }
}
