import Synchronization
public import YAML

/// The manifest files as they were when they were first read, and what has been made of them since without writing it:
/// whoever reads again, reads that. And what came in no file.
public final class ManifestTexts: Sendable {
    /// A file whose text is another by now.
    public struct Change: Sendable {
        /// As it is shown, relative to the repository's root.
        public var path: String
        /// Without symbolic links, so that it is written and not a link to it.
        public var real: String
        public var before: [UInt8]
        public var after: [UInt8]
    }

    private struct Text {
        var real: String
        var before: [UInt8]
        var after: [UInt8]
    }

    /// By their paths as they are shown.
    private let texts = Mutex<[String: Text]>([:])

    /// What a path `-` stands for.
    let input: SourceFile?

    /// - Parameter input: what was read from stdin, where one of the paths is `-`.
    public init(input: [UInt8]? = nil) { self.input = input.map { SourceFile(path: "stdin", bytes: $0) } }

    /// The bytes of a file; it is read the first time.
    func bytes(
        of real: String, shown: String, read: () throws(FileSystem.ReadFailure) -> [UInt8]
    ) throws(FileSystem.ReadFailure) -> [UInt8] {
        if let known = texts.withLock({ $0[shown]?.after }) { return known }
        let bytes = try read()
        texts.withLock { $0[shown] = Text(real: real, before: bytes, after: bytes) }
        return bytes
    }

    /// Makes the changes of which diagnostics are certain in the files that are in the repository.
    ///
    /// - Returns: what is mended by that.
    public func mend(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let byFile = Dictionary(grouping: diagnostics.filter(\.isMendable)) { $0.fixes[0].location.path }
        return byFile.sorted { $0.key.precedes($1.key) }.flatMap { path, diagnostics in
            guard !path.hasPrefix("/"), let bytes = texts.withLock({ $0[path]?.after }) else { return [Diagnostic]() }
            let text = MendedText(SourceFile(path: path, bytes: bytes), mending: diagnostics)
            texts.withLock { $0[path]?.after = text.bytes }
            return text.mended
        }
    }

    /// The files that are not what they were, in order of their paths.
    public var changes: [Change] {
        texts.withLock { $0 }.filter { $0.value.before != $0.value.after }
            .map { Change(path: $0.key, real: $0.value.real, before: $0.value.before, after: $0.value.after) }
            .sorted { $0.path.precedes($1.path) }
    }
}
