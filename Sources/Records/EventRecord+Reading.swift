public import Manifests

extension EventRecord {
    /// What stands behind the commit where the tree was not clean.
    public static let dirtySuffix = "+changes"

    /// The commit and whether the tree was clean, as they are recorded.
    public var recordedRevision: Revision {
        guard !revision.isEmpty else { return .none }
        let isDirty = revision.hasSuffix(Self.dirtySuffix)
        let commit = isDirty ? String(revision.dropLast(Self.dirtySuffix.count)) : revision
        return Revision(commit: commit.isEmpty ? nil : commit, isDirty: isDirty)
    }

    /// The details as a document; `null` where they cannot be read.
    public var document: JSONValue { (try? JSONValue(parsing: Array(details.utf8))) ?? .null }

    /// One text of the details.
    public func detail(_ name: String) -> String? { document[name]?.string }

    /// The object that it is about; `nil` where it is about none.
    public var key: ObjectKey? {
        let parts = subject.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let kind = Kind(rawValue: parts[0]) else { return nil }
        return ObjectKey(kind, ObjectName(namespace: parts[1], name: parts[2]))
    }
}
