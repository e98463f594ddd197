/// The reference page of the manifests, made of what the published schemas say, so that it cannot say anything else.
public enum ReferencePage {
    /// Markdown.
    public static var markdown: String {
        var page = Page()
        page.text += """
            # Manifests: every field

            <!-- Made by `reconcile schema --markdown` from the declarations of the fields. Do not edit it. -->

            A manifest file is YAML, with any number of documents. Each is a mapping of `apiVersion: slipway/v1`, a
            `kind`, `metadata` and a `spec`. A field that is left empty is left out; a field that no kind declares is an
            error. Editors that read JSON Schema get all of this from
            [`schemas/manifests.schema.json`](../../schemas/manifests.schema.json).


            """
        page.text += Kind.allCases.map { "- [\($0.rawValue)](#\($0.rawValue.lowercased()))" }.joined(separator: "\n")
        page.text += "\n- [Defaults](#defaults)\n- [What all have](#metadata)\n- [Forms](#forms)\n\n"
        for kind in Kind.allCases {
            let schema = ManifestSchemas.jsonSchema(of: kind)
            page.definitions.merge(schema["$defs"]?.object ?? [:]) { first, _ in first }
            page.text += "## \(kind.rawValue)\n\n\(schema["description"]?.string ?? "").\n\n"
            page.text += "```yaml\n\(kind.example.text)```\n\n"
            page.table(of: schema["properties"]?["spec"] ?? true, at: "spec")
        }
        page.defaults()
        page.text += "## Metadata\n\n\(page.definitions["metadata"]?["description"]?.string ?? "").\n\n"
        page.table(of: page.definitions["metadata"] ?? true, at: "metadata")
        if let parameter = page.definitions["parameter"] {
            page.text += "## Parameter\n\n\(parameter["description"]?.string ?? "").\n\n"
            page.table(of: parameter, at: "")
        }
        page.forms()
        return page.text
    }
}

private struct Page {
    var text = ""
    var definitions: [String: JSONValue] = [:]

    /// Of a folder's defaults; the fields of specs have been told with their kinds.
    mutating func defaults() {
        let schema = ManifestSchemas.defaultsSchema
        text += "## \(DefaultsSpec.kind)\n\n\(schema["description"]?.string ?? "").\n\n"
        text += "```yaml\n\(KindExample.defaults.text)```\n\n"
        text += """
            It is no object: all that its `metadata` has is a `name`. No field of a spec need be there, and `null` takes
            away what a folder farther up gives. See [composition](../composition.md).


            """
        table(of: schema["properties"]?["spec"] ?? true, at: "spec", isDeep: false)
    }

    // MARK: Fields

    mutating func table(of schema: JSONValue, at path: String, isDeep: Bool = true) {
        text += "| field | form | default | what it is |\n|---|---|---|---|\n"
        rows(of: schema, at: path, isDeep: isDeep)
        text += "\n"
    }

    /// Those that have to be there first, and then by name.
    private mutating func rows(of schema: JSONValue, at path: String, isDeep: Bool = true) {
        let required = schema["required"]?.strings ?? []
        let properties = (schema["properties"]?.object ?? [:]).sorted { $0.key < $1.key }
        let isFirst: ((key: String, value: JSONValue)) -> Bool = { required.contains($0.key) }
        for (name, field) in properties.filter(isFirst) + properties.filter({ !isFirst($0) }) {
            let place = path.isEmpty ? name : "\(path).\(name)"
            row(field, at: place, isRequired: required.contains(name))
            guard isDeep else { continue }
            rows(of: field, at: place)
            if let items = field["items"] { rows(of: items, at: place + "[]") }
            if let values = field["additionalProperties"], values != false { rows(of: values, at: place + ".*") }
        }
    }

    private mutating func row(_ field: JSONValue, at path: String, isRequired: Bool) {
        let isGroup = field["properties"] != nil && field["additionalProperties"] == false
        let byDefault = field["default"].map { "`\($0.inCode)`" } ?? (isRequired ? "**required**" : isGroup ? "" : "–")
        var meaning = field["description"]?.string ?? ""
        let examples = (field["examples"]?.array ?? []).map { "`\($0.inCode)`" }
        if !examples.isEmpty { meaning += ". Such as \(examples.joined(separator: ", "))" }
        text += "| `\(path)` | \(form(field).inCell) | \(byDefault.inCell) | \(meaning.inCell) |\n"
    }

    // MARK: Forms

    /// What a schema takes, in words.
    private func form(_ schema: JSONValue) -> String {
        if let words = schema["enum"]?.array {
            return words.filter { $0 != .null }.map { "`\($0.inCode)`" }.joined(separator: ", ")
        }
        if let choice = schema["anyOf"]?.array?.first, choice["$ref"] != nil { return form(choice) }
        let types = schema["type"]?.strings ?? [schema["type"]?.string].compactMap { $0 }
        if let reference = schema["$ref"]?.string, let name = reference.split(separator: "/").last.map(String.init) {
            var link = "[\(name)](#\(name.lowercased()))"
            if let most = schema["maxLength"]?.int { link += ", at most \(most) characters" }
            if types.contains("number") || types.contains("integer") { link += ", or a number" }
            if let properties = schema["properties"]?.object {
                link += ", or a mapping of \(properties.keys.sorted().map { "`\($0)`" }.joined(separator: ", "))"
            }
            return link
        }
        if types.contains("array"), types.contains("object") { return "\(list(schema)); or \(mapping(schema))" }
        switch types.first {
        case "boolean"?: return "`true` or `false`"
        case "integer"?: return "whole number" + bounds(schema)
        case "number"?: return "number" + bounds(schema)
        case "array"?: return list(schema)
        case "object"?: return mapping(schema)
        default: return "any value"
        }
    }

    private func bounds(_ schema: JSONValue) -> String {
        guard let least = schema["minimum"], let most = schema["maximum"] else { return "" }
        return ", \(least.canonicalText) to \(most.canonicalText)"
    }

    private func list(_ schema: JSONValue) -> String {
        var words = "list of \(form(schema["items"] ?? true))"
        let (least, most) = (schema["minItems"]?.int ?? 0, schema["maxItems"]?.int)
        if least > 0 { words += ", at least \(least)" }
        if let most { words += ", at most \(most)" }
        return words + (schema["uniqueItems"] == true ? ", no two the same" : "")
    }

    private func mapping(_ schema: JSONValue) -> String {
        guard let values = schema["additionalProperties"] else { return "mapping of anything" }
        guard values != false else { return "mapping" }
        return "mapping from \(form(schema["propertyNames"] ?? true)) to \(form(values))"
    }

    mutating func forms() {
        text += "## Forms\n\nLengths are counted in Unicode code points.\n\n"
        for form in TextForm.all.sorted(by: { $0.name.lowercased() < $1.name.lowercased() }) {
            guard let definition = definitions[form.name] else { continue }
            text += "### \(form.name)\n\n\(definition["description"]?.string?.inText ?? "").\n\n"
            if let length = form.length { text += "- \(length.lowerBound) to \(length.upperBound) characters\n" }
            for pattern in form.patterns { text += "- matches `\(pattern)`\n" }
            for pattern in form.exclusions where pattern != #"\n"# { text += "- does not match `\(pattern)`\n" }
            text += "- such as \(form.examples.map { "`\($0.inCode)`" }.joined(separator: ", "))\n\n"
        }
        while text.hasSuffix("\n\n") { text.removeLast() }
    }
}

extension JSONValue {
    /// A word as it is, everything else as JSON, in one line.
    fileprivate var inCode: String {
        guard let text = string, !text.isEmpty, !text.contains("\n") else { return canonicalText.shortened(120) }
        return text
    }
}

extension String {
    /// What would end a cell of a table is escaped.
    fileprivate var inCell: String { inText.replacing("|", with: #"\|"#) }

    /// Markdown takes `<` for the beginning of a tag.
    fileprivate var inText: String { replacing("<", with: "&lt;") }
}
