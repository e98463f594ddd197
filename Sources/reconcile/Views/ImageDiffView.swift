import Images
import Manifests
import Planning

/// What differs between two images.
struct ImageDiffView {
    let style: TextStyle

    func text(_ diff: ImageDiff) -> String {
        guard !diff.isEmpty else {
            return diff.before == diff.after ? "The same image" : "Nothing differs but how the layers are packed"
        }
        var sections: [String] = []
        func add(_ title: String, _ lines: [String]) {
            if !lines.isEmpty { sections.append(([style.mark(title, .strong)] + lines).joined(separator: "\n")) }
        }
        add("Files", diff.files.map(line))
        add("Python packages", diff.packages.map(line))
        add("Configuration", diff.settings.map(line))
        return sections.joined(separator: "\n\n")
    }

    private func line(_ file: ImageDiff.File) -> String {
        let path = file.path.printable
        switch (file.before, file.after) {
        case (nil, let new?): return "  \(style.mark("+", .good)) \(path)  \(Self.shown(new))"
        case (let old?, nil): return "  \(style.mark("-", .bad)) \(path)  \(Self.shown(old))"
        case (let old?, let new?):
            return "  \(style.mark("~", .caution)) \(path)  \(Self.change(old, new).joined(separator: ", "))"
        case (nil, nil): return ""
        }
    }

    private func line(_ entry: ImageDiff.Entry) -> String {
        let name = entry.name.printable
        switch (entry.before, entry.after) {
        case (nil, let new?): return "  \(style.mark("+", .good)) \(name)  \(new.printable)"
        case (let old?, nil): return "  \(style.mark("-", .bad)) \(name)  \(old.printable)"
        case (let old?, let new?):
            return "  \(style.mark("~", .caution)) \(name)  \(old.printable) → \(new.printable)"
        case (nil, nil): return ""
        }
    }

    private static func shown(_ file: ImageFile) -> String {
        switch file.kind {
        case .file: "\(octal(file.mode))  \(ByteCount.text(file.size))  \(file.digest?.short ?? "")"
        case .folder: "folder"
        case .link: "→ \((file.target ?? "").printable)"
        }
    }

    private static func change(_ old: ImageFile, _ new: ImageFile) -> [String] {
        guard old.kind == new.kind else { return ["\(shown(old)) → \(shown(new))"] }
        var parts: [String] = []
        if old.mode != new.mode { parts.append("mode \(octal(old.mode)) → \(octal(new.mode))") }
        if old.size != new.size { parts.append("\(ByteCount.text(old.size)) → \(ByteCount.text(new.size))") }
        if old.digest != new.digest { parts.append("\(old.digest?.short ?? "") → \(new.digest?.short ?? "")") }
        if old.target != new.target {
            parts.append("→ \((old.target ?? "").printable), now → \((new.target ?? "").printable)")
        }
        return parts
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    // MARK: JSON

    static func json(_ diff: ImageDiff) -> JSONValue {
        .object([
            "formatVersion": .string("1"), "before": .string(diff.before.description),
            "after": .string(diff.after.description), "same": .bool(diff.isEmpty),
            "files": .array(
                diff.files.map { file in
                    .object([
                        "path": .string(file.path), "before": file.before.map(json) ?? .null,
                        "after": file.after.map(json) ?? .null,
                    ])
                }),
            "packages": .array(diff.packages.map(json)), "settings": .array(diff.settings.map(json)),
        ])
    }

    private static func json(_ entry: ImageDiff.Entry) -> JSONValue {
        .object([
            "name": .string(entry.name), "before": entry.before.map(JSONValue.string) ?? .null,
            "after": entry.after.map(JSONValue.string) ?? .null,
        ])
    }

    private static func json(_ file: ImageFile) -> JSONValue {
        var fields: [String: JSONValue] = [
            "kind": .string(file.kind.rawValue), "mode": .string(octal(file.mode)), "size": .int(file.size),
        ]
        fields["digest"] = file.digest.map { .string($0.description) }
        fields["target"] = file.target.map { .string($0) }
        return .object(fields)
    }
}
