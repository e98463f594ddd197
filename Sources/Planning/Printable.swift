extension String {
    /// The text without characters that rewrite what a screen shows: from a file or a tool they must reach neither a
    /// terminal nor a reviewer. A tab becomes a space; control characters, separators of lines, and marks that turn the
    /// direction of writing (Boucher and Anderson, “Trojan Source”) are written out.
    public var printable: String {
        guard unicodeScalars.contains(where: \.isDeceptive) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar == "\t" {
                result += " "
            } else if scalar.isDeceptive {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text as it may be shown, in at most so many bytes; of a long text no more is looked at than that.
    func visible(inBytes most: Int) -> String { shortened(toBytes: most).printable.shortened(toBytes: most) }

    /// The text in at most so many bytes, with `…` where something was cut off; never a part of a character.
    func shortened(toBytes most: Int) -> String {
        guard utf8.count > most else { return self }
        var kept = String.UnicodeScalarView()
        var room = most - "…".utf8.count
        for scalar in unicodeScalars {
            room -= UTF8.width(scalar)
            guard room >= 0 else { break }
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}

extension Unicode.Scalar {
    fileprivate var isDeceptive: Bool {
        switch value {
        // Control characters (the category Cc of Unicode is these two ranges), then the others.
        case 0x00...0x1F, 0x7F...0x9F: true
        case 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
