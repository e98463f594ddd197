import Foundation
import YAML

/// Who holds the state's lock, as the record says where a server keeps the lock.
struct HolderEntry: Codable, Sendable {
    var hold: String
    var holder: LockHolder

    static let name = "holder"
    /// The newest hold that has written, where the lock is kept beside the record.
    static let holdName = "hold"

    private var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// The columns of its row: name and value.
    var row: [SQLValue] { get throws { [.text(Self.name), .text(try text)] } }

    func write(to connection: any SQLConnection) throws {
        try connection.execute(
            "INSERT INTO slipway_meta (name, value) VALUES (?, ?) "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value", try row)
    }

    /// `nil` where nobody holds it, or there is no record yet.
    static func read(from connection: any SQLConnection) throws -> HolderEntry? {
        guard try connection.tableNames().contains("slipway_meta") else { return nil }
        let text = try connection.first("SELECT value FROM slipway_meta WHERE name = ?", [.text(name)]) { $0.text(0) }
        return text.flatMap { try? JSONDecoder().decode(HolderEntry.self, from: Data($0.utf8)) }
    }
}

extension StateTransaction {
    /// Sees to it that whoever writes still holds the state's lock.
    ///
    /// - Parameter hold: `StateLock.hold`; with `nil` there is nothing that could have been lost.
    /// - Throws: `Diagnostic.holdLost` where somebody else has taken it since.
    public func demandHold(_ hold: String?) throws {
        guard let hold else { return }
        if let generation = GitGrip.generation(of: hold) { return try demandNewest(hold, generation) }
        let entry = try HolderEntry.read(from: connection)
        guard entry?.hold == hold else { throw Diagnostic.holdLost(to: entry?.holder) }
    }

    /// The lock on a branch is kept beside the record, which learns of a new holder by what that writes first.
    private func demandNewest(_ hold: String, _ generation: Int64) throws {
        let known = try connection.first("SELECT value FROM slipway_meta WHERE name = ?", [.text(HolderEntry.holdName)])
        {
            $0.text(0)
        }
        guard known != hold else { return }
        if let other = known.flatMap(GitGrip.generation), other >= generation { throw Diagnostic.holdLost(to: nil) }
        try setMeta(HolderEntry.holdName, hold)
    }
}
