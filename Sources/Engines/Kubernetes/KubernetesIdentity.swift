import Manifests

/// What an attempt is called in a cluster, and how what is found there is known to be it.
struct KubernetesIdentity: Sendable, Hashable {
    /// Of the object, and in a label of it and of its pods: `slipway-<attempt>-<place>`, an RFC 1123 label.
    let object: String
    /// The engine-side name as it is.
    let name: String
    /// The place of the attempt, in full.
    let location: String
    /// The beginning of it, in a label: by it one watch finds all attempts of a place.
    let tag: String

    enum Key {
        static let managedBy = "app.kubernetes.io/managed-by"
        static let name = "slipway.dev/name"
        static let location = "slipway.dev/location"
        static let token = "slipway.dev/token"
        static let sealed = "slipway.dev/sealed"
        static let server = "slipway.dev/server"
        static let parameters = "slipway.dev/parameters"
    }

    /// The longest name. Controllers put more behind it for pods, and have 63 in all.
    private static let longest = 50

    init(_ reference: SubmissionReference) {
        self.init(
            name: reference.name, folder: reference.folder, host: reference.host, location: reference.location)
    }

    /// - Parameter location: the id of the place; where there is none, host and folder stand for it.
    init(name: String, folder: String, host: String, location: String?) {
        self.name = name
        let parent = folder.split(separator: "/").dropLast().joined(separator: "/")
        self.location = location ?? "\(host):/\(parent)"
        let hash = { (text: String) in String(Digest(of: text).hex.prefix(8)) }
        // Ids of places are random letters and digits; of anything else a digest says which it is.
        let first = String((location ?? "").prefix(8))
        tag = first.utf8.count == 8 && Self.isPlain(first) ? first : hash(self.location)
        let plain = Self.plain(name)
        let most = Self.longest - "slipway--".count - tag.count
        let isWhole = plain == name && plain.utf8.count <= most
        // Two names must not become one.
        let label = isWhole ? plain : "\(plain.prefix(most - 9))-\(hash(name))"
        object = "slipway-\(label)-\(tag)"
    }

    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    private static func plain(_ text: String) -> String {
        let characters = text.lowercased().unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (isPlain(String(scalar)) || scalar == "-") ? Character(scalar) : "-"
        }
        return String(characters)
    }

    /// A text as the value of a label has to be: at most 63 of letters, digits, `-`, `_` and `.`, with letters or
    /// digits at its ends. The whole text is in an annotation.
    static func label(_ text: String) -> String {
        let allowed = text.unicodeScalars.map { scalar -> Character in
            let isFine =
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "-" || scalar == "_" || scalar == "."
            return isFine ? Character(scalar) : "_"
        }
        let isEdge = { (character: Character) in character == "-" || character == "_" || character == "." }
        var trimmed = allowed.prefix(63).drop(while: isEdge)
        while let last = trimmed.last, isEdge(last) { trimmed.removeLast() }
        return String(trimmed)
    }

    /// Chooses what is of Slipway and of this place.
    static func selector(tag: String) -> String { "\(Key.managedBy)=slipway,\(Key.location)=\(tag)" }

    /// Whether an object of the name is this attempt's.
    func isOf(_ object: JSONValue) -> Bool {
        let annotations = object["metadata"]?["annotations"]
        return object["metadata"]?["labels"]?[Key.managedBy]?.string == "slipway"
            && annotations?[Key.name]?.string == name && annotations?[Key.location]?.string == location
    }

    /// What every object of the attempt is marked with.
    func labels(_ labels: SubmissionLabels) -> [String: JSONValue] {
        var all = mark
        if !labels.run.isEmpty { all["slipway.dev/run"] = .string(Self.label(labels.run)) }
        if !labels.job.isEmpty { all["slipway.dev/job"] = .string(Self.label(labels.job)) }
        if !labels.queue.isEmpty { all["slipway.dev/queue"] = .string(Self.label(labels.queue)) }
        if labels.attempt > 0 { all["slipway.dev/attempt"] = .string(String(labels.attempt)) }
        return all
    }

    /// What it is found by.
    var mark: [String: JSONValue] {
        [Key.managedBy: "slipway", Key.location: .string(tag), Key.name: .string(object)]
    }

    func annotations(_ labels: SubmissionLabels, token: Int64?) -> [String: JSONValue] {
        var all: [String: JSONValue] = [Key.name: .string(name), Key.location: .string(location)]
        if let token { all[Key.token] = .string(String(token)) }
        if !labels.run.isEmpty { all["slipway.dev/run"] = .string(labels.run) }
        if !labels.runID.isEmpty { all["slipway.dev/run-id"] = .string(labels.runID) }
        if !labels.job.isEmpty { all["slipway.dev/job"] = .string(labels.job) }
        if !labels.queue.isEmpty { all["slipway.dev/queue"] = .string(labels.queue) }
        if let commit = labels.commit { all["slipway.dev/commit"] = .string(commit) }
        return all
    }
}

/// An object that stands where an attempt's would, so that a submission that comes late meets it.
struct KubernetesSeal: Sendable, Hashable {
    /// Of the lease of whoever set it.
    var token: Int64?
    var uid: String
    var version: String

    /// `nil` for what is no seal.
    init?(_ object: JSONValue) {
        let metadata = object["metadata"]
        guard let text = metadata?["annotations"]?[KubernetesIdentity.Key.sealed]?.string,
            let uid = metadata?["uid"]?.string, let version = metadata?["resourceVersion"]?.string
        else { return nil }
        token = Int64(text)
        self.uid = uid
        self.version = version
    }

    /// Whether it binds whoever has a token: an older claim's does not bind a later one.
    func binds(_ other: Int64?) -> Bool { Self.binds(token, other) }

    static func binds(_ token: Int64?, _ other: Int64?) -> Bool {
        guard let token, let other else { return true }
        return token >= other
    }
}
