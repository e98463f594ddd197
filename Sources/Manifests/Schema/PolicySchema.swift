import YAML

extension PolicySpec {
    static let schema = ObjectSchema<PolicySpec>(
        PolicySpec(), "What has to hold of the manifests, and of who may change them",
        Field("commits", \.commits, .object(CommitRules.schema), "What has to be signed, and by whom"),
        Field(
            "protect", \.protect, .array(of: .object(ProtectRule.schema)),
            "Who may change what; where several rules cover it, all of them hold"),
        Field("limits", \.limits, .array(of: .object(LimitRule.schema)), "The most that a namespace may ask for"),
        Field(
            "images",
            group: ObjectSchema<PolicySpec>(
                PolicySpec(), "Which images jobs may use",
                Field(
                    "forbiddenBase", \.forbiddenBases, .array(of: .wildcard),
                    "Images that no job may be built from or be, such as `*:latest` or `docker.io/*`"))),
        Field("labels", \.labels, .array(of: .object(LabelRule.schema)), "Labels that objects have to carry"))
}

extension CommitRules {
    fileprivate static let schema = ObjectSchema<CommitRules>(
        CommitRules(), "What has to be signed, and by whom",
        Field(
            "requireSigned", \.requireSigned, .optional(.word()),
            "`commit` for the commit that is applied, `tag` for a tag on it; nothing where it is left out"),
        Field(
            "allowedSigners", \.allowedSigners, .array(of: .signer, unique: true),
            "Lines of an SSH allowed-signers file, such as `ada@example.com ssh-ed25519 AAAA…`"),
        Field(
            "gpgKeys", \.gpgKeys, .array(of: .publicKey, count: 0...100, unique: true),
            "Public OpenPGP keys, as `gpg --armor --export` prints them"),
        rule: { (rules, node, decoding: inout Decoding) in
            guard rules.requireSigned != nil, rules.allowedSigners.isEmpty, rules.gpgKeys.isEmpty,
                node["allowedSigners"]?.count ?? 0 == 0, node["gpgKeys"]?.count ?? 0 == 0
            else { return }
            decoding.report(.signatureOfNobody(at: (node["requireSigned"] ?? node).location))
        })
}

extension ProtectRule {
    fileprivate static let schema = ObjectSchema<ProtectRule>(
        ProtectRule(), "Who may change something; it covers whatever any of its lists names",
        Field("namespaces", \.namespaces, .array(of: .wildcard), "Every object in these namespaces"),
        Field(
            "queues", \.queues, .array(of: .wildcard),
            "These queues (`name`, or `namespace/name`), the runs that wait in them, and the pools that serve them"),
        Field("kinds", \.kinds, .array(of: .word(), unique: true), "Every object of these kinds"),
        Field(
            "paths", \.paths, .array(of: .pathPattern),
            "Files, in the syntax of .gitignore, relative to the repository's root"),
        Field(
            "authors", \.authors, .array(of: .wildcard, count: 1...1000), .required,
            "The addresses of those who may change it, as commits name their authors"),
        rule: { (rule, node, decoding: inout Decoding) in
            let lists = ["namespaces", "queues", "kinds", "paths"]
            guard lists.allSatisfy({ node[$0]?.count ?? 0 == 0 }) else { return }
            decoding.report(.protectsNothing(at: node.startLocation))
        })
}

extension LimitRule {
    fileprivate static let schema = ObjectSchema<LimitRule>(
        LimitRule(), "The most that the manifests of each of some namespaces may ask for",
        Field("namespaces", \.namespaces, .array(of: .wildcard, count: 1...1000), "Each of these namespaces"),
        Field("runs", \.runs, .optional(.int(0...1_000_000)), "How many runs"),
        Field("gpu", \.gpu, .optional(.int(0...1_000_000)), "The GPUs of all runs together"),
        Field("priority", \.priority, .optional(.word()), "The highest priority of a run"),
        rule: { (rule, node, decoding: inout Decoding) in
            guard ["runs", "gpu", "priority"].allSatisfy({ node[$0]?.isNull ?? true }) else { return }
            decoding.report(.limitsNothing(at: node.startLocation))
        })
}

extension LabelRule {
    fileprivate static let schema = ObjectSchema<LabelRule>(
        LabelRule(), "Labels that objects have to carry",
        Field("kinds", \.kinds, .array(of: .word(), count: 1...100, unique: true), "Objects of these kinds"),
        Field("namespaces", \.namespaces, .array(of: .wildcard, count: 1...1000), "In these namespaces"),
        Field(
            "required", \.required,
            .dictionary(
                of: .pattern,
                keys: ("a key such as `team` or `example.com/team`", { Syntax.isLabelKey($0[...]) })), .required,
            "By key, a regular expression that the whole value must match"))
}

extension Codec where Value == Wildcard {
    static let wildcard: Codec = .text(
        expected: "a name or a pattern with `*`, `?` and `[…]`", schema: ["type": "string", "minLength": 1],
        remedy: "put it into quotes; a `[` needs its `]`",
        parse: { $0.utf8.count <= 1024 && !$0.utf8.contains(0) ? Wildcard($0) : nil }, text: \.source)
}

extension Codec where Value == String {
    /// One line of a `.gitignore` that names something: what takes back or only comments would protect nothing.
    fileprivate static let pathPattern: Codec = .text(
        expected: "a pattern for paths, such as `policy/` or `*.lock`", schema: ["type": "string", "minLength": 1],
        remedy: "write one line as in .gitignore, without `!` and `#`",
        parse: { text in
            let isLine = text.utf8.count <= 1024 && !text.unicodeScalars.contains { $0.value < 0x20 }
            let names = text.first != "!" && text.first != "#" && text.split(separator: "/").allSatisfy(isName)
            return isLine && names && !IgnoreRules(text).isEmpty ? text : nil
        }, text: { $0 })

    private static func isName(_ part: Substring) -> Bool { Wildcard(String(part)) != nil }

    /// Options (`cert-authority`, `valid-before="…"`) may stand between the names and the key.
    fileprivate static let signer: Codec = .text(
        expected: "a line of an SSH allowed-signers file", schema: ["type": "string"],
        remedy: "write `address ssh-ed25519 AAAA…`, the address and the content of the person's .pub file",
        parse: { text in
            let isLine = text.utf8.count <= 16_384 && !text.unicodeScalars.contains { $0.value < 0x20 }
            return isLine && text.first != "#" && text.split(separator: " ").count >= 3 ? text : nil
        }, text: { $0 })

    fileprivate static let publicKey: Codec = .text(
        expected: "a public OpenPGP key in ASCII armour", schema: ["type": "string"],
        remedy: "write `|` and below it, indented, what `gpg --armor --export ADDRESS` prints",
        parse: { text in
            let isBounded = text.utf8.count <= 262_144 && !text.utf8.contains(0)
            return isBounded && text.hasPrefix("-----BEGIN PGP PUBLIC KEY BLOCK-----") ? text : nil
        }, text: { $0 })
}
