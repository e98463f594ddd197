extension DiagnosticPage {
    /// The page in markdown, under a heading that is the code alone, so that `#slw2003` leads to it.
    public var markdown: String {
        let text = "### \(code.rawValue)\n\n**\(title)**\n\n\(explanation)\n"
        guard let example else { return text }
        return text + """

            Wrong:

            ```yaml
            \(example.wrong)
            ```

            Right:

            ```yaml
            \(example.right)
            ```

            """
    }
}

extension DiagnosticCatalogue {
    /// The reference page.
    public var markdown: String {
        var text = """
            # Diagnostics

            Every error and warning has a code that never changes its meaning: `SLW` and four digits, of which the \
            first says which part of Slipway speaks. `reconcile explain SLW2003` prints the page of one, \
            `reconcile explain SLW20` lists those that begin so. This page is generated from the same source: change \
            the files in `Sources/*/Catalogue`, then run the tests with `SLIPWAY_UPDATE_GOLDEN=1`.

            | codes | about |
            |---|---|

            """
        for chapter in chapters {
            guard let first = chapter.pages.first else { continue }
            text += "| `\(first.code.rawValue.prefix(4))…` | [\(chapter.title)](#\(chapter.anchor)) |\n"
        }
        for chapter in chapters {
            text += "\n## \(chapter.title)\n"
            for page in chapter.pages { text += "\n" + page.markdown }
        }
        return text
    }
}

extension DiagnosticCatalogue.Chapter {
    /// As pages of markdown name a heading.
    fileprivate var anchor: String { title.lowercased().filter { $0 != "," }.replacing(" ", with: "-") }
}
