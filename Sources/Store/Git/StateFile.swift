import Manifests
import Records
import YAML

/// Where rows of the record stand among the files of a branch, and in what form: one file for each object, job version,
/// image, agent and run (with its attempts), in a form that people can read and compare.
///
/// Every row comes back from its file as it was, to the byte; a test holds that for a record with a row of everything.
enum StateFile {
    /// What the whole record comes to: its form, the end of its chain, its counters.
    static let summary = "state.json"
    static let readme = "README.md"

    /// The tables whose rows have files, and the folders of those. Attempts and dependencies stand with their run.
    static let folders: [(table: StateTable, folder: String)] = [
        (.objects, "objects"), (.jobVersions, "jobs"), (.images, "images"), (.agents, "agents"), (.runs, "runs"),
    ]

    static func table(ofFileAt path: String) -> StateTable? {
        guard path.hasSuffix(".json") else { return nil }
        return folders.first { path.hasPrefix($0.folder + "/") }?.table
    }

    /// The file of a row.
    static func path(of row: StateRow) -> String {
        let parts: [String] =
            switch row.table.name {
            case StateTable.objects.name: ["objects"] + row.keyParts
            case StateTable.jobVersions.name:
                ["jobs"] + row.keyParts.dropLast() + ["v\(row.keyParts.last ?? "")"]
            case StateTable.images.name: ["images"] + row.keyParts.map { $0.replacing("sha256:", with: "") }
            case StateTable.runs.name: ["runs", row.text("namespace") ?? "", row.text("name") ?? ""] + row.keyParts
            default: [row.table.name] + row.keyParts
            }
        return ([parts[0]] + parts.dropFirst().map(component)).joined(separator: "/") + ".json"
    }

    /// A name as one part of a path: nothing that a file system or Git could take for something else.
    static func component(_ name: String) -> String {
        var text = ""
        for (index, byte) in name.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ".") where index > 0: text.append(".")
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text.isEmpty ? "%" : text
    }

    // MARK: Events

    /// How many events stand in one file. Each step writes the newest file anew, so that it must not be long.
    static let eventsInFile: Int64 = 200

    /// The file of an event: the number of its first one names it, which follows from the number of any.
    static func path(ofEvent sequence: Int64) -> String {
        let first = (sequence - 1) / eventsInFile * eventsInFile + 1
        return "events/\(padded(first / 100_000, 5))/\(padded(first, 10)).jsonl"
    }

    static func isEvents(_ path: String) -> Bool { path.hasPrefix("events/") && path.hasSuffix(".jsonl") }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension StateRow {
    /// The values of its key, one by one.
    var keyParts: [String] { table.key.map { self[$0].shown } }

    /// The row as a document: columns in the words of the manifests, moments as text, documents as themselves, without
    /// what is empty.
    func readable(without omitted: Set<String> = []) -> [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        for (column, value) in zip(table.columns, values) where !omitted.contains(column.name) {
            switch value {
            case .null: break
            case .int(let number):
                members[column.readableName] =
                    column.isTime
                    ? .string(Timestamp(milliseconds: number).precise) : .int(number)
            case .text(let text):
                // A document that is not in its one form could not be told from one that is.
                if column.isDocument, let document = try? JSONValue(parsing: Array(text.utf8)),
                    document.canonicalText == text
                {
                    members[column.readableName] = document
                } else {
                    members[column.readableName + (column.isDocument ? "Text" : "")] = .string(text)
                }
            }
        }
        return members
    }
}

extension StateTable {
    /// The values of a row, from its document.
    ///
    /// - Parameter known: values that do not stand in the document.
    /// - Throws: an `UnsoundState` that says what is missing or not as it should be.
    func values(from document: JSONValue, knowing known: [String: SQLValue] = [:]) throws -> [SQLValue] {
        try columns.map { column in
            if let value = known[column.name] { return value }
            guard let value = document[column.readableName] else {
                if column.isDocument, let text = document[column.readableName + "Text"]?.string { return .text(text) }
                guard column.isOptional else { throw UnsoundState("\(column.readableName) is missing") }
                return .null
            }
            if column.isDocument { return .text(value.canonicalText) }
            switch value {
            case .int(let number) where column.isNumber: return .int(number)
            case .string(let text) where column.isTime:
                guard let moment = Timestamp(precise: text) else {
                    throw UnsoundState("\(column.readableName) is no moment: \(text.debugDescription)")
                }
                return .int(moment.milliseconds)
            case .string(let text) where !column.isNumber: return .text(text)
            default: throw UnsoundState("\(column.readableName) is of another type")
            }
        }
    }
}

/// What is wrong with the files of a state, in one clause.
struct UnsoundState: Error {
    let what: String

    init(_ what: String) { self.what = what }
}
