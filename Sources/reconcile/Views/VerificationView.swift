import Images
import Manifests
import Planning

/// What was checked of an image, and what came of it.
struct VerificationView {
    let style: TextStyle

    func text(_ image: VerifiedImage) -> String {
        let width = VerificationCheck.Subject.allCases.map(\.rawValue.count).max() ?? 0
        var lines = image.checks.map { check in
            let outcome = check.outcome.rawValue
            let subject = check.subject.rawValue
            return style.mark(outcome, tone(check.outcome))
                + String(repeating: " ", count: VerificationCheck.Outcome.notChecked.rawValue.count - outcome.count)
                + "  \(subject)\(String(repeating: " ", count: width - subject.count))  \(check.detail.printable)"
        }
        let counts = [VerificationCheck.Outcome.ok, .failed, .notChecked].map { outcome in
            "\(image.checks.count { $0.outcome == outcome }) \(outcome.rawValue)"
        }
        lines.append("\(image.isSound ? "Verified" : "Not verified") \(image.image): \(counts.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    private func tone(_ outcome: VerificationCheck.Outcome) -> TextStyle.Tone {
        switch outcome {
        case .ok: .good
        case .failed: .bad
        case .notChecked: .caution
        }
    }

    func json(_ image: VerifiedImage) -> JSONValue {
        .object([
            "formatVersion": "1", "image": .string("\(image.image)"), "valid": .bool(image.isSound),
            "signer": image.signer.map(JSONValue.string) ?? .null,
            "checks": .array(
                image.checks.map {
                    [
                        "subject": .string($0.subject.rawValue), "outcome": .string($0.outcome.rawValue),
                        "detail": .string($0.detail),
                    ]
                }),
        ])
    }
}
