import Foundation
import YAML

/// The id of the folder that holds all attempts of a machine.
///
/// Two machines may have one name, and one machine two checkouts. An empty place where an attempt should be proves that
/// it was never started only if it is the very place in which it would have been started; the id tells.
public enum AttemptLocation {
    static let fileName = ".location"

    /// The id of a folder; it is given one where it has none.
    ///
    /// - Parameter unique: a text that nobody else has.
    /// - Throws: a `Diagnostic` where the folder cannot be made or written.
    public static func establish(in runs: String, unique: String) throws -> String {
        if let id = id(of: runs) { return id }
        let path = "\(runs)/\(fileName)"
        // Written whole under another name and then linked, which fails where somebody was quicker.
        let draft = "\(path).\(unique)"
        do {
            try FileManager.default.createDirectory(atPath: runs, withIntermediateDirectories: true)
            try Data("\(unique)\n".utf8).write(to: URL(fileURLWithPath: draft))
        } catch {
            throw Diagnostic.locationUnusable(path, reason: (error as NSError).localizedDescription)
        }
        defer { unlink(draft) }
        if link(draft, path) != 0, errno != EEXIST {
            throw Diagnostic.locationUnusable(path, reason: String(cString: strerror(errno)))
        }
        guard let id = id(of: runs) else { throw Diagnostic.locationUnusable(path, reason: "it is empty") }
        return id
    }

    /// The id of a folder; `nil` where it is not there or has none.
    public static func id(of runs: String) -> String? {
        guard let data = FileManager.default.contents(atPath: "\(runs)/\(fileName)"), data.count <= 256 else {
            return nil
        }
        let id = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return id.isEmpty ? nil : id
    }

    /// Whether an attempt's folder, `<runs>/<run>/<attempt>`, is in the place with an id.
    static func holds(_ folder: String, id: String) -> Bool {
        var places = AttemptPlaces()
        return places.holds(folder, id: id)
    }
}

/// The ids of the places that are met while many attempts are looked at together, each read once.
struct AttemptPlaces {
    private var ids: [Substring: String?] = [:]

    /// Whether an attempt's folder, `<runs>/<run>/<attempt>`, is in the place with an id.
    mutating func holds(_ folder: String, id: String) -> Bool {
        let slash = UInt8(ascii: "/")
        guard let attempt = folder.utf8.lastIndex(of: slash),
            let run = folder.utf8[..<attempt].lastIndex(of: slash)
        else { return false }
        let runs = folder[..<run]
        let known = ids[runs] ?? AttemptLocation.id(of: String(runs))
        ids[runs] = .some(known)
        return known == id
    }
}

extension SubmissionReference {
    /// Why this machine cannot say anything of an attempt; `nil` where it can.
    func elsewhere(from here: String) -> Observation? {
        guard host == here else { return .elsewhere("it was started on \(host), and this is \(here)") }
        if let location, !AttemptLocation.holds(folder, id: location) {
            return .elsewhere("\(folder) on \(host) is not the folder in which it was started")
        }
        return nil
    }
}
