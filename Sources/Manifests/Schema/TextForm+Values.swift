// The forms of text, paths, amounts and patterns.

extension TextForm {
    /// Whatever a program can be given.
    static let text = TextForm(
        "text", "text without the character U+0000", #"^[^\x00]*$"#, isOneLine: false, examples: ["some text"])

    /// Text runs of `$`: before a `{` one begins a reference, and more end in the `$${` that stands for `${`.
    static let template = TextForm(
        "template", "text, in which ${parameters.name} stands for a parameter, and $${ for ${",
        "^(\(plain)|\(parameter))*\\$*$", isOneLine: false,
        examples: ["--lr=${parameters.lr}"])
    private static let plain = #"([^$\x00]|\$+[^${\x00]|\$\$+\{)"#
    private static let parameter = #"\$\{parameters\.\#(Grammar.parameterName)\}"#

    static let relativePath = TextForm(
        "relativePath", "a path below the folder it starts from",
        remedy: "write a relative path without `..`, such as `results/model.json`", "^\(Grammar.pathBelow)$",
        length: 1...4096, examples: ["results/model.json"], isValid: { Syntax.isPathBelow($0[...]) })

    /// Whether it stays in the repository depends on where the manifest is.
    static let sourcePath = TextForm(
        "sourcePath", "a folder of the repository, relative to this file",
        "^[^/\(Grammar.control)][^\(Grammar.control)]*$",
        length: 1...4096, examples: ["../jobs/train"],
        isValid: { text in text.hasAtMost(4096) && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } })

    static let pythonVersion = TextForm(
        "pythonVersion", "a Python version such as \"3.11\"",
        remedy: "write major.minor in quotes, because YAML reads 3.10 as the number 3.1",
        quoting: "write it in quotes, because YAML reads 3.10 as the number 3.1",
        #"^([0-9]|[1-9][0-9]{1,2})\.([0-9]|[1-9][0-9]{1,2})$"#, examples: ["3.11"],
        isValid: { Syntax.isPythonVersion($0[...]) })

    static let duration = TextForm(
        "duration", "a duration such as 30s, 5m, 1h30m or 500ms",
        remedy: "write whole numbers with h, m, s or ms, the greater unit first",
        "^([0-9]{1,12}h)?([0-9]{1,12}m)?([0-9]{1,12}s)?([0-9]{1,12}ms)?$", length: 2...64,
        examples: ["30s", "1h30m", "500ms"], near: Meant.duration)

    static let cpu = TextForm(
        "cpu", "an amount of processor cores such as 1, 0.5 or 500m",
        #"^([0-9]{1,12}(\.[0-9]{1,3})?|[0-9]{1,15}m)$"#, examples: [1, 0.5, "500m"], near: Meant.cores)

    static let bytes = TextForm(
        "bytes", "an amount of memory such as 512Mi, 4Gi or 1G",
        remedy: "write a whole number with Ki, Mi, Gi, Ti (powers of 1024) or k, M, G, T (powers of 1000)",
        "^([0-9]{1,15}(Ki|k)?|[0-9]{1,12}(Mi|M)|[0-9]{1,9}(Gi|G)|[0-9]{1,6}(Ti|T)|[0-9]{1,3}(Pi|P))$",
        examples: ["512Mi", "4Gi", "1G"], near: Meant.bytes)

    /// Its syntax is `Pattern`'s, which is less than any checker's of regular expressions takes.
    static let pattern = TextForm(
        "pattern", "a regular expression in quotes", length: 0...Pattern.lengthLimit, isOneLine: false,
        examples: ["[a-z]+-[0-9]+"])

    /// Whether its brackets hold something takes a comparison of their ranges.
    static let wildcard = TextForm(
        "wildcard", "a name or a pattern with `*`, `?` and `[…]`", remedy: "put it into quotes; a `[` needs its `]`",
        #"^[^\x00]+$"#, length: 1...1024, isOneLine: false, examples: ["prod", "team-*"],
        isValid: { $0.hasAtMost(1024) && !$0.utf8.contains(0) })

    /// One line of a `.gitignore` that names something: what takes back or only comments would protect nothing.
    static let pathPattern = TextForm(
        "pathPattern", "a pattern for paths, such as `policy/` or `*.lock`",
        remedy: "write one line as in .gitignore, without `!` and `#`", #"^[^!#\x00-\x1f][^\x00-\x1f]*$"#,
        length: 1...1024, examples: ["policy/", "*.lock"],
        isValid: { text in
            text.hasAtMost(1024) && text.utf8.allSatisfy { $0 >= 0x20 } && text.utf8.first != UInt8(ascii: "!")
                && text.utf8.first != UInt8(ascii: "#")
        })

    /// Options (`cert-authority`, `valid-before="…"`) may stand between the names and the key.
    static let signer = TextForm(
        "signer", "a line of an SSH allowed-signers file",
        remedy: "write `address ssh-ed25519 AAAA…`, the address and the content of the person's .pub file",
        #"^( +[^ \x00-\x1f]+|[^ #\x00-\x1f][^ \x00-\x1f]*)( +[^ \x00-\x1f]+){2,} *$"#, length: 1...16_384,
        examples: ["ada@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"],
        isValid: { text in
            text.hasAtMost(16_384) && text.utf8.allSatisfy { $0 >= 0x20 } && text.utf8.first != UInt8(ascii: "#")
                && text.utf8.split(separator: UInt8(ascii: " ")).count >= 3
        })

    static let publicKey = TextForm(
        "publicKey", "a public OpenPGP key in ASCII armour",
        remedy: "write `|` and below it, indented, what `gpg --armor --export ADDRESS` prints",
        #"^\#(armour)[^\x00]*$"#, length: 1...262_144, isOneLine: false,
        examples: ["-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME…\n-----END PGP PUBLIC KEY BLOCK-----\n"],
        isValid: { $0.hasAtMost(262_144) && !$0.utf8.contains(0) && $0.utf8.starts(with: armour.utf8) })
    private static let armour = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
}
