import YAML

/// Which documents of some files are not read as they stand, because a folder's defaults reach them or because they are
/// patches of others.
///
/// In the common case there is neither, and nothing is looked at.
struct CompositionPlan {
    /// How a document is read.
    enum Reading: Sendable {
        case asWritten
        /// Put together from these, the weakest first; `parts` are the documents that they are of.
        case composed(defaults: [Node], StoredDocument, patches: [StoredDocument], parts: [StoredDocument])
        /// In a later path although no earlier one has the object.
        indirect case new(ObjectKey, Reading)
        /// Not by itself: it is a part of another.
        case asPart
        case refused(Diagnostic)
    }

    /// By file, how each of its documents is read; other files are read as they stand.
    private(set) var readings: [Int: [Reading]] = [:]
    /// The files that hold defaults.
    private(set) var defaultsFiles: Set<String> = []
    /// What is wrong with the whole.
    private(set) var diagnostics: [Diagnostic] = []

    /// How much is copied from defaults into manifests, in bytes: few long defaults and many manifests are little to
    /// read and much to keep.
    private var copied = 0
    static let mostCopied = 1 << 30

    /// By -f path and folder.
    private var defaults: [Place: DefaultsDocument] = [:]
    /// What reaches a folder, the weakest first.
    private var chains: [Place: [DefaultsDocument]] = [:]

    fileprivate struct Place: Hashable {
        /// The number of the -f path, from 0.
        var layer: Int
        var folder: String
    }

    /// One document.
    fileprivate struct Spot {
        var file: Int
        var document: Int
        var root: StoredDocument
        var place: Place
    }

    /// An object as it is found in one -f path after the other.
    private struct Found {
        var base: Spot
        var patches: [Spot] = []

        var last: Spot { patches.last ?? base }
    }

    /// Nothing is read otherwise than it stands.
    init() {}

    /// Whether any of some files may have to be read otherwise than it stands.
    static func isNeeded(for files: [DecodedFile]) -> Bool {
        files.contains { $0.layer != files.first?.layer || $0.hasDefaults }
    }

    /// - Parameter envelopes: of each file's documents.
    init(_ files: [DecodedFile], _ envelopes: [[Envelope?]]) {
        collectDefaults(files, envelopes)
        var objects: [ObjectKey: Found] = [:]
        var order: [ObjectKey] = []
        for (index, file) in files.enumerated().sorted(by: { ($0.1.layer, $0.0) < ($1.1.layer, $1.0) }) {
            let place = Place(layer: file.layer, folder: RelativePath.folder(of: file.path))
            for (document, root) in file.roots.enumerated() {
                guard let envelope = envelopes[index][document], case .object(let kind, let name) = envelope.subject
                else {
                    continue
                }
                let chain = chain(of: place)
                let namespace =
                    envelope.namespace ?? chain.last { $0.namespace != nil }?.namespace ?? ObjectName.defaultNamespace
                let key = ObjectKey(kind, ObjectName(namespace: namespace, name: name))
                let spot = Spot(file: index, document: document, root: root, place: place)
                guard let known = objects[key] else {
                    objects[key] = Found(base: spot)
                    order.append(key)
                    continue
                }
                if known.last.place.layer != place.layer {
                    objects[key]?.patches.append(spot)
                    set(.asPart, for: spot, in: files)
                } else if known.patches.isEmpty {
                    // Twice in one path: whoever puts the manifests together says so.
                    compose(Found(base: spot), key, in: files)
                } else {
                    set(
                        .refused(.duplicate(key, at: spot.namePlace, first: known.last.namePlace)), for: spot, in: files
                    )
                }
            }
        }
        for key in order { objects[key].map { compose($0, key, in: files) } }
    }

    private mutating func collectDefaults(_ files: [DecodedFile], _ envelopes: [[Envelope?]]) {
        for (index, file) in files.enumerated() where file.hasDefaults {
            let place = Place(layer: file.layer, folder: RelativePath.folder(of: file.path))
            for (document, root) in file.roots.enumerated()
            where envelopes[index][document]?.subject == .defaults {
                defaultsFiles.insert(file.path)
                if let first = defaults[place] {
                    let spot = Spot(file: index, document: document, root: root, place: place)
                    set(
                        .refused(
                            .severalDefaults(at: root.root.startLocation, first: first.document.root.startLocation)),
                        for: spot, in: files)
                } else {
                    defaults[place] = DefaultsDocument(root)
                }
            }
        }
    }

    /// The defaults of a folder and of those above it.
    private mutating func chain(of place: Place) -> [DefaultsDocument] {
        guard !defaults.isEmpty else { return [] }
        if let known = chains[place] { return known }
        let outer = Place(layer: place.layer, folder: RelativePath.folder(of: place.folder))
        let chain =
            (place.folder.isEmpty ? [] : self.chain(of: outer)) + (defaults[place].map { [$0] } ?? [])
        chains[place] = chain
        return chain
    }

    private mutating func compose(_ found: Found, _ key: ObjectKey, in files: [DecodedFile]) {
        let spots = [found.base] + found.patches
        let given = spots.flatMap { spot in
            chain(of: spot.place).compactMap { defaults in
                defaults.layers[key.kind].map { (document: defaults.document, layer: $0) }
            }
        }
        let isNew = found.base.place.layer > 0 && found.patches.isEmpty
        guard !given.isEmpty || !found.patches.isEmpty || isNew else { return }
        var reading = Reading.asWritten
        if !given.isEmpty || !found.patches.isEmpty {
            copied += given.reduce(0) { $0 + $1.layer.treeBytes }
            guard copied <= Self.mostCopied else { return refuse(given.first?.document) }
            reading = .composed(
                defaults: given.map(\.layer), found.base.root, patches: found.patches.map(\.root),
                parts: given.map(\.document) + spots.map(\.root))
        }
        set(isNew ? .new(key, reading) : reading, for: found.base, in: files)
    }

    private mutating func refuse(_ defaults: StoredDocument?) {
        guard diagnostics.isEmpty else { return }
        diagnostics.append(.defaultsTooLarge(most: Self.mostCopied, at: defaults?.root.startLocation))
    }

    private mutating func set(_ reading: Reading, for spot: Spot, in files: [DecodedFile]) {
        let asWritten = Array(repeating: Reading.asWritten, count: files[spot.file].written)
        readings[spot.file, default: asWritten][spot.document] = reading
    }
}

extension CompositionPlan.Spot {
    fileprivate var namePlace: SourceLocation { Origin(root, parts: []).location(of: ["metadata", "name"]) }
}

extension Node {
    /// A patch without what only says which object it is a patch of.
    fileprivate var withoutIdentity: Node {
        let metadata = ["name", "namespace"]
        let entries = entries.compactMap { key, value -> (key: Composition, value: Composition)? in
            if key.text == "apiVersion" || key.text == "kind" { return nil }
            guard key.text == "metadata", value.kind == .mapping else { return (.node(key), .node(value)) }
            let rest = value.entries.filter { !metadata.contains($0.key.text) }
            return (.node(key), .mapping(rest.map { (.node($0.key), .node($0.value)) }, at: value))
        }
        return Node(composing: .mapping(entries, at: self))
    }
}

extension DecodedFile {
    /// Its documents, read as a plan says.
    func documents(as readings: [CompositionPlan.Reading]) -> [DecodedDocument] {
        zip(roots, readings).flatMap { read($0, as: $1)?.expanded ?? [] }
    }

    private func read(_ root: StoredDocument, as reading: CompositionPlan.Reading) -> DecodedDocument? {
        switch reading {
        case .asWritten: return DocumentDecoder.decode(root, folder: folder)
        case .composed(let defaults, let document, let patches, let parts):
            let merged = Layers.merge(defaults: defaults, document.root, patches: patches.map(\.root.withoutIdentity))
            return merged.map {
                DocumentDecoder.decode(StoredDocument(Node(composing: $0)), folder: folder, parts: parts)
            }
        case .new(let key, let reading):
            guard var document = read(root, as: reading) else { return nil }
            document.diagnostics = document.diagnostics.map { $0.suggestingPatch(of: key) }
            return document
        case .asPart: return nil
        case .refused(let diagnostic): return DecodedDocument(diagnostics: [diagnostic])
        }
    }
}
