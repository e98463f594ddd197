extension DiagnosticPage {
    static let limits: [DiagnosticPage] = [
        DiagnosticPage(
            "SLW1001", "The file is too large",
            """
            A manifest describes work and is a few kilobytes long. A file of many megabytes is nearly always data, a log
            or a generated dump that got the ending `.yaml`; reading it would cost every later command time and memory.
            Keep data in the job's source or a store, and name folders that hold no manifests in `.slipwayignore`.
            """),
        DiagnosticPage(
            "SLW1002", "The file has too many documents",
            """
            One file may hold several manifests, separated by `---`, but not so many that a single mistake makes the
            whole file unreadable. Generators that write one endless stream should write one file for each folder or
            kind instead.
            """),
        DiagnosticPage(
            "SLW1003", "The file has too many values",
            """
            The reader counts every key and value, so that a small file cannot make it use unbounded memory. Whoever
            really has so many objects splits them over several files, which are also read in parallel.
            """),
        DiagnosticPage(
            "SLW1004", "One value is too long",
            """
            Usually a file was pasted into a manifest: a certificate bundle, a notebook, base64. Commit it in the job's
            source folder instead, and let the command read it from there.
            """),
        DiagnosticPage(
            "SLW1005", "The nesting is too deep",
            """
            No manifest nests more than a dozen levels, so that this is either a bracket that was never closed, a
            generator that went in circles, or a file made to exhaust its reader. The place that is shown is where the
            limit was met; the mistake is often far above it.
            """),
        DiagnosticPage(
            "SLW1006", "Aliases multiply beyond measure",
            """
            An alias stands for a copy of what its anchor marks, and aliases of aliases multiply: nine lines can stand
            for a billion values. Ordinary sharing of a few blocks is far below the limit. Write out what the manifest
            needs, or move what is common into one job with parameters.
            """),
        DiagnosticPage(
            "SLW1007", "Too many %TAG directives",
            """
            `%TAG` lines declare abbreviations for tags of one's own, and Slipway reads only the tags of YAML's core
            schema, which need none. A file with many of them was written for another program, or to slow its reader
            down.
            """),
        DiagnosticPage(
            "SLW1008", "Reading stopped after many errors",
            """
            A file with so many mistakes has one cause, such as a wrong indentation at its top or a file of another
            kind. The first message usually shows it; the ones that follow go away with it.
            """),
        DiagnosticPage(
            "SLW1009", "The reader ran out of memory",
            """
            The operating system refused memory while this file was read. On a CI machine the limit of the container is
            usually the reason; the manifests themselves are bounded by the limits of SLW1001 to SLW1006.
            """),
    ]
}
