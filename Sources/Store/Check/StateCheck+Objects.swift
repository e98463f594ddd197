import Manifests
import Records

extension StateCheck {
    mutating func checkMeta(_ row: StateRow) {
        let value = row.text("value") ?? ""
        switch row.text("name") {
        case "schema":
            counters["schema"] = Int64(value)
            if let version = Int64(value), version < 1 || version > Migrations.newest {
                report(.schema, row, "this version knows up to \(Migrations.newest), and it is \(value)")
            }
        case let name? where name == "sequence" || name == "token":
            counters[name] = Int64(value)
            if Int64(value).map({ $0 < 0 }) ?? true { report(.counter, row, "\(value.quoted) is no count") }
        case "chain":
            let parts = value.split(separator: " ")
            chainHead = parts.count == 2 ? Int64(parts[0]).map { ($0, String(parts[1])) } : nil
            if chainHead == nil { report(.chain, row, "\(value.quoted) is no end of a chain") }
        default: break
        }
    }

    mutating func checkAgent(_ row: StateRow) {
        let id = row.text("id") ?? ""
        agents.insert(id)
        let state = row.text("state") ?? ""
        if AgentRecord.State(rawValue: state) == nil { report(.agent, row, "\(state.quoted) is no state of an agent") }
        let placement = row.text("placement") ?? ""
        if AgentPoolSpec.Placement(rawValue: placement) == nil {
            report(.agent, row, "\(placement.quoted) is no place for an agent")
        }
        if readsEvents { trail.expectAgent(row) }
    }

    mutating func checkJobVersions() throws {
        var newest: [String: Int64] = [:]
        try read(.jobVersions) { check, row in
            let job = "\(row.text("namespace") ?? "")/\(row.text("job") ?? "")"
            let number = row.number("number") ?? 0
            let expected = newest[job, default: 0] + 1
            if number != expected { check.report(.numbering, row, "version \(expected) ought to stand here") }
            newest[job] = number
            let content = check.document("content", of: row, digest: "digest")
            if let content, content["definition"]?.object == nil || content.source == nil {
                check.report(.content, row, "its content lacks the source or the definition")
            }
            check.versions["\(job)@v\(number)"] = (row.text("digest") ?? "", content?.source)
            if check.readsEvents { check.trail.expectVersion(row, of: job) }
        }
    }

    mutating func checkImage(_ row: StateRow) {
        for column in ["job_digest", "manifest"] where row.text(column).flatMap({ Digest($0) }) == nil {
            report(.image, row, "\(column) is no digest")
        }
        let details = document("details", of: row)
        if let manifest = details?["manifest"], manifest.string != row.text("manifest") {
            report(.image, row, "its details tell of another manifest")
        }
    }

    mutating func checkObject(_ row: StateRow) {
        result.objects += 1
        if readsEvents { trail.expectObject(row) }
        let content = document("content", of: row, digest: "digest")
        if let content, content["spec"]?.object == nil { report(.content, row, "its content has no spec") }
        if (row.number("line") ?? 0) < 1 { report(.content, row, "its line is not counted from 1") }
        if (row.text("file") ?? "").isEmpty { report(.content, row, "it was written in no file") }
        for column in ["prunable", "dirty"] where ![0, 1].contains(row.number(column)) {
            report(.type, row, "\(column) is neither 0 nor 1")
        }
        if let content {
            let kept = content["metadata"]?["annotations"]?[Metadata.pruneAnnotation]?.string == "false"
            if row.number("prunable") == (kept ? 1 : 0) {
                report(.content, row, "prunable is not what its annotations say")
            }
        }
        guard let kind = row.text("kind").flatMap(Kind.init(rawValue:)) else {
            return report(.content, row, "\((row.text("kind") ?? "").quoted) is no kind")
        }
        checkReferences(row, kind, content)
    }

    private mutating func checkReferences(_ row: StateRow, _ kind: Kind, _ content: JSONValue?) {
        if kind == .run {
            if !identities.contains(row.text("identity") ?? "") {
                report(.reference, row, "no run with its identity is recorded")
            }
        } else if !row.isNull("identity") {
            report(.reference, row, "it has an identity, which only a run has")
        }
        if kind == .job {
            let name = "\(row.text("namespace") ?? "")/\(row.text("name") ?? "")@v\(row.number("version") ?? 0)"
            guard let version = versions[name] else {
                return report(.reference, row, "its version \(name) is not recorded")
            }
            if let source = content?.source, let versioned = version.source, source != versioned {
                report(.reference, row, "its version \(name) has another source")
            }
        } else if !row.isNull("version") {
            report(.reference, row, "it has a version, which only a job has")
        }
    }
}

extension JSONValue {
    /// The digest of the source's files that a job or a version of one names.
    fileprivate var source: String? {
        let text = self["source"]?.string
        return text.flatMap { Digest($0) } == nil ? nil : text
    }
}
