/// Two versions of a text as a unified diff, as `patch` and `git apply` read it.
public struct UnifiedDiff: Sendable {
    private enum Edit {
        case keep(String)
        case remove(String)
        case insert(String)
    }

    /// How many lines stand around a change.
    private static let context = 3
    /// Up to how many lines differences are looked for; more are shown as replaced as a whole.
    private static let mostLines = 4_000

    private let edits: [Edit]

    public init(_ old: String, _ new: String) { edits = Self.edits(Self.lines(old), Self.lines(new)) }

    /// The lines with their breaks, so that a missing one at the end is a difference.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for scalar in text.unicodeScalars {
            line.unicodeScalars.append(scalar)
            if scalar == "\n" {
                lines.append(line)
                line = ""
            }
        }
        if !line.isEmpty { lines.append(line) }
        return lines
    }

    private static func edits(_ old: [String], _ new: [String]) -> [Edit] {
        let start = zip(old, new).prefix { isSame($0, $1) }.count
        let most = min(old.count, new.count) - start
        let end = zip(old.reversed(), new.reversed()).prefix(most).prefix { isSame($0, $1) }.count
        let (before, after) = (old[start..<old.count - end], new[start..<new.count - end])
        var edits = old[..<start].map(Edit.keep)
        if before.count + after.count > mostLines {
            edits += before.map(Edit.remove) + after.map(Edit.insert)
        } else {
            edits += middle(Array(before), Array(after))
        }
        return edits + old[(old.count - end)...].map(Edit.keep)
    }

    private static func middle(_ old: [String], _ new: [String]) -> [Edit] {
        var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old, by: isSame) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var edits: [Edit] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                edits.append(.remove(old[left]))
                left += 1
            } else if right < new.count, inserted.contains(right) {
                edits.append(.insert(new[right]))
                right += 1
            } else if left < old.count, right < new.count {
                edits.append(.keep(old[left]))
                left += 1
                right += 1
            } else {
                break
            }
        }
        return edits
    }

    /// Byte for byte: strings would take two spellings of one letter for the same.
    private static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

    /// The diff with its head; empty where nothing differs.
    public func text(_ path: String) -> String {
        let changes = edits.indices.filter { if case .keep = edits[$0] { false } else { true } }
        guard !changes.isEmpty else { return "" }
        var text = "--- a/\(path)\n+++ b/\(path)\n"
        var (oldLine, newLine, index) = (0, 0, 0)
        var rest = changes[...]
        while let first = rest.first {
            var last = first
            while let next = rest.first, next - last <= 2 * Self.context {
                last = next
                rest.removeFirst()
            }
            let range = max(first - Self.context, index)..<min(last + Self.context + 1, edits.count)
            for edit in edits[index..<range.lowerBound] { Self.count(edit, &oldLine, &newLine) }
            var (oldCount, newCount) = (0, 0)
            for edit in edits[range] { Self.count(edit, &oldCount, &newCount) }
            text += "@@ -\(Self.place(oldLine, oldCount)) +\(Self.place(newLine, newCount)) @@\n"
            for edit in edits[range] { text += Self.line(edit) }
            (oldLine, newLine, index) = (oldLine + oldCount, newLine + newCount, range.upperBound)
        }
        return text
    }

    private static func count(_ edit: Edit, _ old: inout Int, _ new: inout Int) {
        if case .insert = edit {} else { old += 1 }
        if case .remove = edit {} else { new += 1 }
    }

    /// An empty part is said to be behind the line before it.
    private static func place(_ lines: Int, _ count: Int) -> String { "\(count == 0 ? lines : lines + 1),\(count)" }

    private static func line(_ edit: Edit) -> String {
        let text =
            switch edit {
            case .keep(let line): " \(line)"
            case .remove(let line): "-\(line)"
            case .insert(let line): "+\(line)"
            }
        return text.utf8.last == UInt8(ascii: "\n") ? text : "\(text)\n\\ No newline at end of file\n"
    }
}
