import Foundation
import Images
import Manifests
import Records
import YAML

/// What is known of an attempt that a cluster had, kept in the attempt's folder: clusters forget.
struct KubernetesNote: Sendable, Hashable {
    enum Word: Sendable, Hashable {
        /// Never to be submitted, by the token of whoever decided that.
        case sealed(Int64?)
        /// A cluster has taken it.
        case submitted
        /// Its end was asked for.
        case ending(String)
        /// Nothing of it can change any more.
        case over(Observation)
    }

    var word: Word
    /// The object's, where one was seen.
    var uid: String?
    /// The cluster's address.
    var server: String

    private static let name = "kubernetes"
    private static let largest = 1 << 16

    init(_ word: Word, uid: String?, server: String) {
        self.word = word
        self.uid = uid
        self.server = server
    }

    /// `nil` where there is none that can be read.
    init?(of folder: String) {
        guard let bytes = BoundedFile.read("\(folder)/\(Self.name)", most: Self.largest),
            let json = try? JSONValue(parsing: bytes), let word = json["word"]?.string
        else { return nil }
        uid = json["uid"]?.string
        server = json["server"]?.string ?? ""
        let words = json["words"]?.string ?? ""
        let moment = json["at"]?.int.map { Timestamp(milliseconds: $0) }
        switch word {
        case "sealed": self.word = .sealed(json["token"]?.int)
        case "submitted": self.word = .submitted
        case "ending": self.word = .ending(words)
        case "gone": self.word = .over(.gone(words))
        case "ended":
            guard let status = json["status"]?.int.flatMap({ Int32(exactly: $0) }) else { return nil }
            self.word = .over(.ended(status: status, at: moment))
        case "failed":
            guard let failure = json["failure"]?.string.flatMap(EngineFailure.init(rawValue:)) else { return nil }
            self.word = .over(.failed(failure, words, at: moment))
        default: return nil
        }
    }

    private var json: JSONValue {
        var fields: [String: JSONValue] = ["server": .string(server)]
        fields["uid"] = uid.map { .string($0) }
        switch word {
        case .sealed(let token):
            fields["word"] = "sealed"
            fields["token"] = token.map { .int($0) }
        case .submitted: fields["word"] = "submitted"
        case .ending(let words):
            fields["word"] = "ending"
            fields["words"] = .string(words)
        case .over(.ended(let status, let moment)):
            fields["word"] = "ended"
            fields["status"] = .int(Int64(status))
            fields["at"] = moment.map { .int($0.milliseconds) }
        case .over(.failed(let failure, let words, let moment)):
            fields["word"] = "failed"
            fields["failure"] = .string(failure.rawValue)
            fields["words"] = .string(words)
            fields["at"] = moment.map { .int($0.milliseconds) }
        case .over(.gone(let words)):
            fields["word"] = "gone"
            fields["words"] = .string(words)
        // Of nothing else is it over.
        case .over: fields["word"] = "submitted"
        }
        return .object(fields)
    }

    /// Puts it there whole, or not at all.
    ///
    /// - Throws: a `Diagnostic` where it cannot be written.
    func write(to folder: String) throws(Diagnostic) {
        let path = "\(folder)/\(Self.name)"
        let draft = "\(folder)/.\(Self.name)-\(UUID().uuidString.prefix(8))"
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data((json.canonicalText + "\n").utf8).write(to: URL(fileURLWithPath: draft))
            guard rename(draft, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            unlink(draft)
            throw .kubernetesNoteUnusable(path, (error as NSError).localizedDescription)
        }
    }
}
