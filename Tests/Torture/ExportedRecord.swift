import Foundation
import Support

/// The record of a round, as `reconcile state export` writes it, as far as it is looked at here.
struct ExportedRecord {
    struct Run: Decodable {
        var id, identity, name, specification, phase, reason, message: String
        var attempt, forgiven: Int
        var cancelledBy: String?

        var isTerminal: Bool { ["succeeded", "failed", "cancelled", "lost"].contains(phase) }
    }

    struct Attempt: Decodable {
        var run, agent: String
        var number: Int
        var createdAt: Int64
        var submittedAt, endedAt, confirmedAt: Int64?
        var reason, message, folder: String?
        var exitCode: Int?
    }

    struct Object: Decodable {
        var kind, name: String
        var identity: String?
    }

    struct Dependency: Decodable {
        var run, upstream: String
    }

    struct Event: Decodable {
        var sequence, at: Int64
        var kind, subject, cause, revision, details: String

        /// Of an attempt's event.
        struct Details: Decodable {
            var agent: String?
            var attempt: Int?
            var version: Int?
            var identity: String?
        }

        var parsed: Details? { try? JSONDecoder().decode(Details.self, from: Data(details.utf8)) }
    }

    /// What a run computes and how, as the record keeps it.
    struct Specification: Decodable {
        struct Parameters: Decodable {
            var failures, status: Int
        }

        struct Retry: Decodable {
            var limit: Int
            var on: [String]
        }

        struct Upstream: Decodable {
            var identity, condition: String
        }

        var jobName: String
        var jobVersion: Int
        var parameters: Parameters
        var retry: Retry
        var dependsOn: [Upstream]?
    }

    private(set) var runs: [Run] = []
    private(set) var attempts: [Attempt] = []
    private(set) var objects: [Object] = []
    private(set) var dependencies: [Dependency] = []
    private(set) var events: [Event] = []

    init(_ text: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        func row<Row: Decodable>(_ line: Data) throws -> Row {
            let parsed: Line<Row> = try decoder.decode(Line<Row>.self, from: line)
            return parsed.row
        }
        for text in text.split(separator: "\n") {
            let line = Data(text.utf8)
            switch try decoder.decode(Head.self, from: line).table {
            case "runs": runs.append(try row(line))
            case "attempts": attempts.append(try row(line))
            case "objects": objects.append(try row(line))
            case "dependencies": dependencies.append(try row(line))
            case "events": events.append(try row(line))
            default: break
            }
        }
    }

    /// The attempts of each run, the first first.
    var attemptsByRun: [String: [Attempt]] {
        Dictionary(grouping: attempts, by: \.run).mapValues { $0.sorted { $0.number < $1.number } }
    }
}

/// What a line of the export is of.
private struct Head: Decodable {
    var table: String?
}

private struct Line<Row: Decodable>: Decodable {
    var row: Row
}
