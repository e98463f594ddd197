/// How text is marked for a person: with colours on a terminal, not at all elsewhere.
public struct TextStyle: Sendable, Hashable {
    public enum Tone: String, Sendable, Hashable {
        case good = "32"
        case caution = "33"
        case bad = "31"
        case accent = "36"
        case faint = "2"
        case strong = "1"
    }

    public var usesColour: Bool

    public init(usesColour: Bool) { self.usesColour = usesColour }

    public static let plain = TextStyle(usesColour: false)

    /// The text between the escape sequences of ECMA-48 (SGR) that give it a tone.
    public func mark(_ text: String, _ tone: Tone) -> String {
        usesColour && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }
}
