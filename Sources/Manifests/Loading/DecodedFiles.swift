import YAML

/// One file, parsed and decoded.
struct DecodedFile: Sendable {
    let path: String
    /// Its documents as they were written; `nil` where there are none.
    private let shelf: DocumentShelf?
    /// The number of the path that it was found by, from 0: what is in a later one is a patch of what is in an earlier.
    let layer: Int
    /// What is wrong with the file besides its documents' own mistakes.
    let diagnostics: [Diagnostic]
    /// The folders that its jobs name as their sources, relative to the repository's root.
    var sourceFolders: [String] = []
    /// Whether there are defaults among its documents.
    private(set) var hasDefaults = false

    /// A file that could not be read.
    init(path: String, layer: Int, _ diagnostic: Diagnostic) {
        self.path = path
        self.layer = layer
        shelf = nil
        diagnostics = [diagnostic]
    }

    private init(_ file: YAMLFile, layer: Int) {
        path = file.source.path
        self.layer = layer
        shelf = DocumentShelf(file)
        diagnostics = file.diagnostics
    }

    /// Reads a file: of a matrix, each of its runs is a document of its own.
    static func decode(
        _ source: SourceFile, layer: Int = 0, limits: YAMLLimits = .default
    ) -> (file: DecodedFile, documents: [DecodedDocument]) {
        var former = Metadata()
        return decode(source, layer: layer, limits: limits, after: &former)
    }

    /// `former` is what the last manifest of the file before it says of itself.
    static func decode(
        _ source: SourceFile, layer: Int, limits: YAMLLimits = .default, after former: inout Metadata
    ) -> (file: DecodedFile, documents: [DecodedDocument]) {
        let parsed = YAMLFile.parse(source, limits: limits)
        var file = DecodedFile(parsed, layer: layer)
        let folder = file.folder
        let documents = file.roots.flatMap {
            DocumentDecoder.decode($0, folder: folder, after: &former).expanded
        }
        file.hasDefaults = documents.contains(where: \.isDefaults)
        file.sourceFolders = documents.compactMap(\.sourceFolder) + file.sourcesOfDefaults
        if parsed.diagnostics.isEmpty, documents.allSatisfy(\.diagnostics.isEmpty) { file.shelf?.release() }
        return (file, documents)
    }

    /// The documents as they were written: of a matrix, one.
    var roots: [StoredDocument] { shelf.map { Array($0.documents) } ?? [] }

    /// How many documents were written in it.
    var written: Int { shelf?.count ?? 0 }

    /// Relative to the repository's root; `nil` outside of it, where paths are shown from the root of the system.
    var folder: String? { path.hasPrefix("/") ? nil : RelativePath.folder(of: path) }

    /// Which object each of its documents is about.
    var envelopes: [Envelope?] { roots.map { Envelope($0.root) } }

    private var sourcesOfDefaults: [String] {
        guard hasDefaults, let folder else { return [] }
        return roots.filter { Envelope($0.root)?.subject == .defaults }.compactMap { root in
            DefaultsDocument(root).sourcePath?.string.flatMap { RelativePath.join(folder, $0) }
        }
    }
}

extension DecodedDocument {
    /// The folder that a job names as its source, relative to the repository's root.
    fileprivate var sourceFolder: String? {
        guard case .job(let job)? = manifest, case .path(let source) = job.spec.source, !source.written.isEmpty else {
            return nil
        }
        return source.repositoryPath
    }
}

/// Files in the order of their paths, and the documents of all of them in one list: tens of thousands of files have one
/// or two each, and a list for every file would take more room than they do.
struct DecodedFiles: Sendable {
    private(set) var files: [DecodedFile] = []
    /// Of each file in order.
    private(set) var documents: [DecodedDocument] = []
    /// Where the documents of each file end in that list.
    private var ends: [UInt32] = []

    mutating func reserveCapacity(files: Int, documents: Int) {
        self.files.reserveCapacity(files)
        ends.reserveCapacity(files)
        self.documents.reserveCapacity(documents)
    }

    mutating func append(_ decoded: (file: DecodedFile, documents: [DecodedDocument])) {
        files.append(decoded.file)
        documents += decoded.documents
        ends.append(UInt32(documents.count))
    }

    mutating func append(_ others: DecodedFiles) {
        let start = UInt32(documents.count)
        files += others.files
        documents += others.documents
        ends += others.ends.lazy.map { start + $0 }
    }

    /// Decides which of them are in a folder that a job of another names as its source. Afterwards nobody needs the
    /// names of these folders.
    mutating func takeSourceFolders() -> SourceFolders {
        let sources = files.map(\.sourceFolders)
        if sources.contains(where: { !$0.isEmpty }) { for index in files.indices { files[index].sourceFolders = [] } }
        return SourceFolders(files: files.map(\.path), sources: sources)
    }

    /// Says otherwise which folders are the sources of jobs.
    mutating func mapSourceFolders(_ change: ([String]) -> [String]) {
        for index in files.indices where !files[index].sourceFolders.isEmpty {
            files[index].sourceFolders = change(files[index].sourceFolders)
        }
    }

    /// Takes out the files for which something holds.
    mutating func remove(_ isOut: [Bool]) {
        guard isOut.contains(true) else { return }
        rebuild { index, documents in isOut[index] ? nil : Array(documents) }
    }

    /// Puts other documents in the place of those of some files.
    mutating func replaceDocuments(_ others: [Int: [DecodedDocument]]) {
        guard !others.isEmpty else { return }
        rebuild { index, documents in others[index] ?? Array(documents) }
    }

    private mutating func rebuild(_ change: (Int, ArraySlice<DecodedDocument>) -> [DecodedDocument]?) {
        var rebuilt = DecodedFiles()
        rebuilt.reserveCapacity(files: files.count, documents: documents.count)
        var start = 0
        for (index, file) in files.enumerated() {
            let end = Int(ends[index])
            if let documents = change(index, documents[start..<end]) { rebuilt.append((file, documents)) }
            start = end
        }
        self = rebuilt
    }
}
