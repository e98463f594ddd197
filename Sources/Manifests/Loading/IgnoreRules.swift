/// Which files of a folder are left out, as a `.gitignore` says it (gitignore(5)): `*`, `?`, `[…]`, `**`, a leading or
/// inner `/` that ties a pattern to the folder, a trailing `/` for folders only, `!` to take back, `#` for comments,
/// `\` before a character that would mean something.
///
/// Paths are relative to the folder of the rules, with `/` between names. Compared with Git itself it differs in one
/// thing: `?` is a character, not a byte. There is no library for it in Swift.
public struct IgnoreRules: Sendable, Hashable {
    /// Whose reading of the same syntax.
    public enum Dialect: Sendable, Hashable {
        /// A pattern without `/` matches at any depth; what is below an ignored folder cannot be taken back.
        case git
        /// As Docker reads `.dockerignore`: every pattern is tied to the folder, and `!` takes back below an ignored
        /// folder, too.
        case docker
    }

    private let rules: [Rule]
    private let dialect: Dialect

    public init(_ text: String, dialect: Dialect = .git) {
        self.dialect = dialect
        // Scalars, since to Swift CR and LF together are one character.
        rules = text.unicodeScalars.split(whereSeparator: { $0 == "\n" || $0 == "\r" })
            .compactMap { Rule(Array($0), dialect: dialect) }
    }

    /// Whether there is no rule at all.
    public var isEmpty: Bool { rules.isEmpty }

    /// Whether a path is left out, itself or with one of the folders it is in.
    public func isIgnored(_ path: String, isDirectory: Bool) -> Bool {
        guard !rules.isEmpty else { return false }
        let names = Self.names(of: path)
        var isIgnored = false
        switch dialect {
        case .git:
            for count in names.indices.map({ $0 + 1 }) {
                let isFolder = count < names.count || isDirectory
                isIgnored = decision(names[..<count], isDirectory: isFolder) ?? false
                if isIgnored { return true }
            }
        case .docker:
            for rule in rules {
                let matches = names.indices.contains { index in
                    rule.matches(names[...index], isDirectory: index < names.count - 1 || isDirectory)
                }
                if matches { isIgnored = !rule.isNegated }
            }
        }
        return isIgnored
    }

    /// What the rules say of a path itself, its folders aside: left out, taken back, or nothing.
    public func decision(_ path: String, isDirectory: Bool) -> Bool? {
        rules.isEmpty ? nil : decision(Self.names(of: path)[...], isDirectory: isDirectory)
    }

    private func decision(_ names: ArraySlice<[Unicode.Scalar]>, isDirectory: Bool) -> Bool? {
        rules.last { $0.matches(names, isDirectory: isDirectory) }.map { !$0.isNegated }
    }

    private static func names(of path: String) -> [[Unicode.Scalar]] {
        path.unicodeScalars.split(separator: "/").map { Array($0) }
    }
}

extension IgnoreRules {
    /// One line.
    struct Rule: Sendable, Hashable {
        /// What one name in a path must be; `nil` for `**`, any number of names.
        private let steps: [NameGlob?]
        private let isForFolders: Bool
        let isNegated: Bool

        /// `nil` for an empty line and for a comment.
        init?(_ line: [Unicode.Scalar], dialect: Dialect) {
            var text = line[...]
            while text.last == " " || text.last == "\t", text.dropLast().last != "\\" { text.removeLast() }
            guard let first = text.first, first != "#" else { return nil }
            isNegated = first == "!"
            if isNegated { text.removeFirst() }
            isForFolders = text.last == "/" && dialect == .git
            while text.last == "/" { text.removeLast() }
            let isTied = text.contains("/") || dialect == .docker
            var steps: [NameGlob?] = isTied ? [] : [nil]
            if text.first == "/" { text.removeFirst() }
            for name in text.split(separator: "/", omittingEmptySubsequences: false) {
                if name.isEmpty || name.elementsEqual(".".unicodeScalars) {
                    // Docker cleans paths first; to Git these name nothing.
                    guard dialect == .docker else { return nil }
                    continue
                }
                // On its own, `**` is a name like `*`.
                let isAnyDepth = isTied && name.elementsEqual("**".unicodeScalars)
                // Several in a row mean what one means.
                if isAnyDepth, let last = steps.last, last == nil { continue }
                steps.append(isAnyDepth ? nil : NameGlob(name))
            }
            guard steps.contains(where: { $0 != nil }) || (isTied && !steps.isEmpty) else { return nil }
            self.steps = steps
        }

        /// Whether it names that path itself.
        func matches(_ names: ArraySlice<[Unicode.Scalar]>, isDirectory: Bool) -> Bool {
            guard !isForFolders || isDirectory else { return false }
            // One bit for each count of names that the steps so far can have taken: time grows with the product of
            // both lengths, whatever the pattern.
            var reached = [true] + Array(repeating: false, count: names.count)
            for (index, step) in steps.enumerated() {
                var next = Array(repeating: false, count: names.count + 1)
                if let step {
                    for count in 0..<names.count where reached[count] {
                        next[count + 1] = step.matches(names[names.startIndex + count])
                    }
                } else {
                    // At the end, `**` stands for what is inside, not for the folder itself.
                    let least = index == steps.count - 1 ? 1 : 0
                    if let first = reached.firstIndex(of: true), first + least <= names.count {
                        for count in (first + least)...names.count { next[count] = true }
                    }
                }
                reached = next
            }
            return reached[names.count]
        }
    }
}
