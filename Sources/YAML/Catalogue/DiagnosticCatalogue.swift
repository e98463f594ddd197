/// The pages of all codes, in one chapter for each module.
public struct DiagnosticCatalogue: Sendable {
    /// The codes of one module. A module declares its own as a static constant in an extension of this type.
    public struct Chapter: Sendable {
        /// What its codes are about, as a heading.
        public let title: String
        /// In the order of their codes.
        public let pages: [DiagnosticPage]

        public init(_ title: String, _ groups: [DiagnosticPage]...) {
            self.init(title, pages: groups.flatMap(\.self))
        }

        init(_ title: String, pages: [DiagnosticPage]) {
            self.title = title
            self.pages = pages.sorted { $0.code.rawValue < $1.code.rawValue }
        }
    }

    public let chapters: [Chapter]

    public init(_ chapters: [Chapter]) { self.chapters = chapters }

    public var pages: [DiagnosticPage] { chapters.flatMap(\.pages) }

    /// Only the pages whose codes begin so, and the chapters that hold any.
    public func pages(beginning prefix: String) -> DiagnosticCatalogue {
        DiagnosticCatalogue(
            chapters.compactMap { chapter in
                let pages = chapter.pages.filter { $0.code.rawValue.hasPrefix(prefix) }
                return pages.isEmpty ? nil : Chapter(chapter.title, pages: pages)
            })
    }

    /// For a code that does not exist: the last before it and the first after it, of the same chapter.
    public func neighbours(of code: String) -> [DiagnosticCode] {
        let known = pages.map(\.code).filter { $0.rawValue.prefix(4) == code.prefix(4) }
        let before = known.filter { $0.rawValue < code }.max { $0.rawValue < $1.rawValue }
        let after = known.filter { $0.rawValue > code }.min { $0.rawValue < $1.rawValue }
        return [before, after].compactMap(\.self)
    }
}

extension DiagnosticCode {
    /// A code, or the beginning of one, as people type it: `SLW2003`, `slw2003`, `SLW20`.
    ///
    /// - Returns: in capitals; `nil` for a word that is neither.
    public static func written(_ word: String) -> String? {
        let digits = word.dropFirst(3)
        guard word.prefix(3).lowercased() == "slw", digits.count <= 4, digits.utf8.allSatisfy({ 48...57 ~= $0 }) else {
            return nil
        }
        return "SLW" + digits
    }

    /// Whether it is written whole: `SLW` and four digits.
    public var isWhole: Bool { rawValue.utf8.count == 7 }
}
