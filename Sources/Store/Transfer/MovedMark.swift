import YAML

/// The mark of a record that lives elsewhere now. It only keeps others from writing: the record stays readable.
enum MovedMark {
    static let name = "movedTo"

    /// - Throws: `Diagnostic.stateMoved` where the record was moved away.
    static func refuse(on connection: any SQLConnection, path: String) throws {
        let place = try connection.first("SELECT value FROM slipway_meta WHERE name = ?", [.text(name)]) { $0.text(0) }
        if let place { throw Diagnostic.stateMoved(path: path, to: place) }
    }

    static func set(on connection: any SQLConnection, to place: String) throws {
        try connection.execute("INSERT INTO slipway_meta (name, value) VALUES (?, ?)", [.text(name), .text(place)])
    }
}
