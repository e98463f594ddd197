import YAML

extension Codec where Value == JobSource {
    /// Exactly one of `path`, `git` and `image`.
    static let source: Codec = Codec(
        decode: { node, decoding in
            let before = decoding.diagnostics.count
            guard let fields = SourceFields.schema.decode(node, &decoding) else { return nil }
            let given = [
                fields.path.map { JobSource.path($0) }, fields.git.map { .git($0) }, fields.image.map { .image($0) },
            ]
            .compactMap { $0 }
            if given.count == 1 { return given[0] }
            // A part may lack it, or leave it to `null` which of them goes.
            if decoding.isFragment { return nil }
            // Where a field was written and refused, that has been said; it was still the one that was meant.
            if given.count > 1 || decoding.diagnostics.count == before {
                decoding.report(.sourceNotOne(decoding.path, given.count, at: node.location))
            }
            return nil
        },
        encode: { source in
            switch source {
            case .path(let path): SourceFields.schema.encode(SourceFields(path: path))
            case .git(let git): SourceFields.schema.encode(SourceFields(git: git))
            case .image(let image): SourceFields.schema.encode(SourceFields(image: image))
            }
        },
        schema: SourceFields.schema.jsonSchema, partSchema: SourceFields.schema.partSchema,
        order: SourceFields.schema.order)
}

/// The three fields as they may be written.
private struct SourceFields: Sendable {
    var path: SourcePath?
    var git: GitSource?
    var image: String?

    static let schema = ObjectSchema<SourceFields>(
        SourceFields(), "Where a job's code comes from: exactly one of the three",
        Field(
            "path", \.path, .optional(.sourcePath), "A folder of the repository, relative to the manifest",
            examples: ["../jobs/penguins"]),
        Field("git", \.git, .optional(.object(GitSource.schema)), "A folder of another repository"),
        Field(
            "image", \.image, .optional(.string("the reference of an image", most: 512)),
            "An image that is there already", examples: ["registry.example.com/team/train:v7"]),
        constraint: Constraint.hasExactlyOne(of: ["path", "git", "image"]).object ?? [:])
}

extension GitSource {
    static let schema = ObjectSchema<GitSource>(
        GitSource(), "A folder of another Git repository",
        Field(
            "repository", \.repository, .string("the URL of a repository", most: 2048), .required, "Its URL",
            examples: ["https://git.example.com/team/train.git"]),
        Field(
            "ref", \.ref, .string("a tag, branch or commit", most: 255), .required, "A tag, branch or commit",
            examples: ["v1.2.0"]),
        Field("path", \.path, .string("a folder", most: 4096), "The folder in it"))
}

extension Codec where Value == SourcePath {
    /// A folder relative to the manifest's own, inside the repository. The canonical form is relative to the
    /// repository's root, so that a manifest can move to another folder without being another job.
    static let sourcePath: Codec = Codec(
        decode: { node, decoding in
            let expected = TextForm.sourcePath.expected
            guard let written = node.string, !written.isEmpty else {
                decoding.report(.wrongType(decoding.path, expected: expected, node))
                return nil
            }
            guard TextForm.sourcePath.isValid(written) else {
                decoding.report(.badText(decoding.path, expected: expected, node, remedy: nil))
                return nil
            }
            guard written.utf8.first != UInt8(ascii: "/") else {
                decoding.report(.absoluteSource(written, at: node.location))
                return nil
            }
            guard let folder = decoding.folder(of: node), let path = RelativePath.join(folder, written) else {
                decoding.report(.sourceOutside(written, at: node.location))
                return nil
            }
            return SourcePath(written: written, repositoryPath: path)
        },
        encode: { .string($0.repositoryPath.isEmpty ? "." : $0.repositoryPath) },
        schema: TextForm.sourcePath.schema())
}

/// Paths relative to the repository's root, as text: `/` between names, no `.`, no `..`, the root is empty.
enum RelativePath {
    /// `path` as seen from `folder`; `nil` where it leaves the root.
    static func join(_ folder: String, _ path: String) -> String? {
        let slash = UInt8(ascii: "/")
        var parts = folder.utf8.split(separator: slash)
        for part in path.utf8.split(separator: slash) where !part.elementsEqual(".".utf8) {
            guard part.elementsEqual("..".utf8) else {
                parts.append(part)
                continue
            }
            guard parts.popLast() != nil else { return nil }
        }
        return parts.map { String(Substring($0)) }.joined(separator: "/")
    }

    /// The folder that holds a file.
    static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? ""
    }

    /// Whether a path is that folder or below it.
    static func contains(_ folder: String, _ path: String) -> Bool {
        folder.isEmpty
            || path.utf8.starts(with: folder.utf8)
                && (path.utf8.count == folder.utf8.count
                    || path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/"))
    }
}
