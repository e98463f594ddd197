import Images
import Manifests

/// Why an API server did not do what it was asked to.
enum KubernetesFailure: Error, Sendable, Hashable {
    /// It said no, and why (`Status` of the API).
    case refused(status: Int, reason: String, message: String)
    /// It did not answer, cannot now, or what answers is none.
    case silent(String)

    var status: Int? { if case .refused(let status, _, _) = self { status } else { nil } }

    /// The object is not there, as an API server says it: what other servers call 404 proves nothing.
    var isNotFound: Bool { if case .refused(404, "NotFound", _) = self { true } else { false } }
    var isThere: Bool { if case .refused(409, "AlreadyExists", _) = self { true } else { false } }
    /// It is another one than was meant, or has changed meanwhile.
    var isConflict: Bool { if case .refused(409, "Conflict", _) = self { true } else { false } }
    /// The cluster has no objects of the kind, and so not the one that was meant.
    var isOfUnknownKind: Bool { if case .refused(404, "UnknownKind", _) = self { true } else { false } }
    /// What a watch would go on from is forgotten.
    var isForgotten: Bool { status == 410 }

    /// Whether it is about what was asked, so that asking again is in vain.
    var isRefusal: Bool { status.map { (400..<500).contains($0) && ![401, 408, 425, 429].contains($0) } ?? false }
}

extension KubernetesFailure: CustomStringConvertible {
    /// One clause for people.
    var description: String {
        switch self {
        case .silent(let why): why
        case .refused(401, _, _): "the credentials are not accepted (401)"
        case .refused(let status, let reason, let message):
            message.isEmpty ? "it says \(reason) (\(status))" : "\(message) (\(status))"
        }
    }

    /// Reads an answer that is no success.
    init(_ response: HTTPResponse) {
        let body = try? JSONValue(parsing: response.body)
        if let body, body["kind"]?.string == "Status" {
            self.init(status: body, code: response.status)
            return
        }
        if response.status == 401 || response.status == 403 {
            self = .refused(status: response.status, reason: "", message: "")
            return
        }
        let type = response["Content-Type"].map { " (\($0.shortened(60)))" } ?? ""
        let isPassing = response.isPassing
        self = .silent(
            isPassing
                ? "it answers with \(response.status)"
                : "it answers with \(response.status), but not as an API server of Kubernetes does\(type)")
    }

    /// Reads the API's own `Status`.
    init(status body: JSONValue, code: Int? = nil) {
        let status = code ?? body["code"]?.int.flatMap { Int(exactly: $0) } ?? 0
        let message = (body["message"]?.string ?? "").shortened(1000)
        if status >= 500 {
            self = .silent("it answers with \(status)" + (message.isEmpty ? "" : ": \(message)"))
        } else {
            self = .refused(status: status, reason: body["reason"]?.string ?? "", message: message)
        }
    }
}

extension String {
    /// As much of a foreign text as a message can bear, on one line.
    func shortened(_ limit: Int) -> String {
        let line = String(map { $0.isNewline || $0 == "\t" ? " " : $0 }).filter { !$0.isControl }
        return line.count > limit ? line.prefix(limit) + "…" : line
    }
}

extension Character {
    fileprivate var isControl: Bool { unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } }
}
