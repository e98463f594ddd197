import Manifests

/// Puts `(masked 1)`, `(masked 2)`, … in the place of what looks like a secret that somebody wrote down.
///
/// Equal values get equal numbers within one plan, so that it still shows whether two are the same. Every change of a
/// field passes through here before anything else in a plan sees it, so no view, no event and no saved plan can show
/// such a value. The name of a secret is no secret, and stays.
struct MaskedValues {
    private var numbers: [JSONValue: Int] = [:]

    /// The changes of one object, with their values masked where they have to be.
    mutating func mask(_ changes: [FieldChange]) -> [FieldChange] {
        changes.map { change in
            guard change.path.starts(with: ["spec", "env"]) else { return change }
            var change = change
            let name = change.path.dropFirst(2).first
            change.before = change.before.map { mask($0, of: name, isWhole: change.path.count <= 3) }
            change.after = change.after.map { mask($0, of: name, isWhole: change.path.count <= 3) }
            return change
        }
    }

    /// - Parameters:
    ///   - name: the variable; `nil` where the value is that of all variables.
    ///   - isWhole: whether it is the whole value of the variable, and not a part of `{secret: name}`.
    private mutating func mask(_ value: JSONValue, of name: String?, isWhole: Bool) -> JSONValue {
        guard let name else {
            guard case .object(let variables) = value else { return value }
            var masked: [String: JSONValue] = [:]
            for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
                masked[name] = mask(value, of: name, isWhole: true)
            }
            return .object(masked)
        }
        guard isWhole, value["secret"] == nil, SecretName.isLikely(name) else { return value }
        let number = numbers[value] ?? numbers.count + 1
        numbers[value] = number
        return .string("(masked \(number))")
    }

    /// Whether a text is what stands in the place of a masked value.
    static func isMask(_ text: String) -> Bool { text.wholeMatch(of: /\(masked [0-9]{1,9}\)/) != nil }
}

/// Tells names of variables that usually hold secrets.
enum SecretName {
    /// Anywhere in a name.
    private static let telling = ["password", "passwd", "passphrase", "secret", "credential", "apikey", "privatekey"]
    /// At the end of a word: `HF_TOKEN` and `SSHKEY`, but not `TOKENIZERS_PARALLELISM`.
    private static let endings = ["token", "tokens", "key", "keys"]
    /// Only as a whole word: `COMPASS` and `PATH` hold no secret.
    private static let words: Set<String> = ["pass", "pwd", "auth", "pat", "dsn"]

    static func isLikely(_ name: String) -> Bool {
        let parts = parts(of: name)
        let joined = parts.joined()
        return telling.contains(where: joined.contains)
            || parts.contains { part in words.contains(part) || endings.contains(where: part.hasSuffix) }
    }

    /// The words of `HF_TOKEN` and of `hfToken`, in lower case.
    private static func parts(of name: String) -> [String] {
        var parts = [""]
        var previous: Character?
        for character in name {
            let isBorder = character.isUppercase && previous?.isLowercase == true
            if !character.isLetter || isBorder { parts.append("") }
            if character.isLetter { parts[parts.count - 1] += character.lowercased() }
            previous = character
        }
        return parts.filter { !$0.isEmpty }
    }
}
