/// A value as somebody wrote it: its text, its style, and the comments that belong to it.
struct WrittenNode {
    enum Content {
        /// Nothing was written, which is `null`.
        case empty
        case alias(Range<Int>)
        case scalar(Range<Int>, Token.Style)
        case sequence
        case mapping
    }

    var content = Content.empty
    /// Anchor and tag, in the order in which they were written.
    var properties: [Range<Int>] = []
    /// The elements of a sequence, the entries of a mapping.
    var children: [WrittenChild] = []
    /// Of a collection: whether it is in brackets.
    var isFlow = false
    /// Of a mapping in a flow sequence: whether it is one pair without braces (`[a: 1]`).
    var isPair = false
    /// Comments between what introduces the value (`key:`, `-`) and the value.
    var before: [Comment] = []
    /// The comments on the line where it ends.
    var after: [Comment] = []
    /// Of a collection: comments behind the last child. Of an empty value: those that stand where it would.
    var inside: [Comment] = []
    /// Whether it begins a line.
    var startsLine = false
    /// The column of the block that it is in; -1 at the top.
    var blockColumn = -1

    var isCollection: Bool {
        switch content {
        case .sequence, .mapping: true
        case .empty, .alias, .scalar: false
        }
    }

    var isEmpty: Bool {
        guard case .empty = content else { return false }
        return properties.isEmpty
    }
}

extension WrittenNode {
    /// The same with what stands between the dash of an element and its value put above the element, so that the value
    /// can stand behind the dash.
    var withCommentsAboveElements: WrittenNode {
        var node = self
        for index in node.children.indices {
            var value = node.children[index].value.withCommentsAboveElements
            if node.children[index].key == nil, value.properties.isEmpty {
                var above = Array(value.before.prefix { !$0.isTrailing })
                value.before.removeFirst(above.count)
                // What is in empty brackets has no place there.
                if value.isCollection, value.children.isEmpty, value.before.isEmpty {
                    above += value.inside
                    value.inside = []
                }
                if !above.isEmpty { node.children[index].take(above, followsBlank: false) }
                if value.before.isEmpty, let first = value.children.first, !first.lead.isEmpty {
                    node.children[index].take(first.lead, followsBlank: first.followsBlank)
                    value.children[0].lead = []
                    value.children[0].followsBlank = false
                }
            }
            node.children[index].value = value
        }
        return node
    }
}

/// An element of a sequence, or an entry of a mapping.
struct WrittenChild {
    /// Comments on lines of their own above it.
    var lead: [Comment] = []
    var followsBlank = false
    /// Of an entry.
    var key: WrittenNode?
    /// Whether the key was written behind `?`.
    var isExplicit = false
    var value = WrittenNode()

    /// Takes comments that stand below its own, if it has any.
    fileprivate mutating func take(_ comments: [Comment], followsBlank isApart: Bool) {
        var comments = comments
        if lead.isEmpty { comments[0].followsBlank = followsBlank }
        lead += comments
        followsBlank = isApart
    }
}

/// One document of a file, or what stands where one could be.
struct WrittenDocument {
    /// Comments of documents before it that hold nothing else.
    var lead: [Comment] = []
    /// `%YAML` and `%TAG`, with the comments among them.
    var directives: [Directive] = []
    /// Behind `---`.
    var marker: [Comment] = []
    var root = WrittenNode()
    /// Comments below a root that is no block.
    var footer: [Comment] = []

    struct Directive {
        var lead: [Comment]
        var text: Range<Int>
        var trailing: [Comment]
    }

    /// Whether it holds nothing but comments.
    var isEmpty: Bool { directives.isEmpty && root.isEmpty }
    var hasComments: Bool { !(lead + marker + footer + root.before + root.inside).isEmpty }
}
