import YAML

/// What a document says of which object it is, as far as that can be told before it is whole.
struct Envelope {
    enum Subject: Hashable {
        case object(Kind, name: String)
        case defaults
    }

    let subject: Subject
    /// `nil` where it names none.
    let namespace: String?

    /// `nil` for a document that is none of Slipway's, or that does not say what it is; decoding it reports that.
    init?(_ document: Node) {
        guard document.kind == .mapping, document["apiVersion"]?.textEquals("slipway/v1") == true,
            let kind = document["kind"]?.textOfScalar
        else { return nil }
        let metadata = document["metadata"]
        namespace = metadata?["namespace"]?.string
        if kind == DefaultsSpec.kind {
            subject = .defaults
        } else {
            guard let kind = Kind(rawValue: kind), let name = metadata?["name"]?.string, !name.isEmpty else {
                return nil
            }
            subject = .object(kind, name: name)
        }
    }
}
