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
                    "Images that no job may be built from or be, such as `*:latest` or `docker.io/*`",
                    examples: [["*:latest", "docker.io/*"]]))),
        Field("labels", \.labels, .array(of: .object(LabelRule.schema)), "Labels that objects have to carry"))
}

extension CommitRules {
    fileprivate static let schema = ObjectSchema<CommitRules>(
        CommitRules(), "What has to be signed, and by whom",
        Field(
            "requireSigned", \.requireSigned, .optional(.word()),
            "`commit` for the commit that is applied, `tag` for a tag on it; nothing where it is left out",
            examples: ["commit"]),
        Field(
            "allowedSigners", \.allowedSigners, .array(of: .signer, unique: true),
            "Lines of an SSH allowed-signers file, such as `ada@example.com ssh-ed25519 AAAA…`",
            examples: [.array(TextForm.signer.examples)]),
        Field(
            "gpgKeys", \.gpgKeys, .array(of: .publicKey, count: 0...100, unique: true),
            "Public OpenPGP keys, as `gpg --armor --export` prints them",
            examples: [.array(TextForm.publicKey.examples)]),
        constraint: [
            "if": Constraint.has("requireSigned"), "then": Constraint.holdsOne(of: ["allowedSigners", "gpgKeys"]),
        ],
        rule: { (rules, node, decoding: inout Decoding) in
            guard rules.requireSigned != nil, rules.allowedSigners.isEmpty, rules.gpgKeys.isEmpty,
                node["allowedSigners"]?.count ?? 0 == 0, node["gpgKeys"]?.count ?? 0 == 0
            else { return }
            decoding.report(.signatureOfNobody(at: (node["requireSigned"] ?? node).location))
        })
}

extension ProtectRule {
    private static let lists = ["namespaces", "queues", "kinds", "paths"]

    fileprivate static let schema = ObjectSchema<ProtectRule>(
        ProtectRule(), "Who may change something; it covers whatever any of its lists names",
        Field(
            "namespaces", \.namespaces, .array(of: .wildcard), "Every object in these namespaces",
            examples: [["prod", "team-*"]]),
        Field(
            "queues", \.queues, .array(of: .wildcard),
            "These queues (`name`, or `namespace/name`), the runs that wait in them, and the pools that serve them",
            examples: [["prod/*"]]),
        Field(
            "kinds", \.kinds, .array(of: .word(), unique: true), "Every object of these kinds", examples: [["Policy"]]),
        Field(
            "paths", \.paths, .array(of: .pathPattern),
            "Files, in the syntax of .gitignore, relative to the repository's root", examples: [["policy/", "*.lock"]]),
        Field(
            "authors", \.authors, .array(of: .wildcard, count: 1...1000), .required,
            "The addresses of those who may change it, as commits name their authors",
            examples: [["ada@example.com", "*@platform.example.com"]]),
        constraint: Constraint.holdsOne(of: lists).object ?? [:],
        rule: { (rule, node, decoding: inout Decoding) in
            guard lists.allSatisfy({ node[$0]?.count ?? 0 == 0 }) else { return }
            decoding.report(.protectsNothing(at: node.startLocation))
        })
}

extension LimitRule {
    private static let bounds = ["runs", "gpu", "priority"]

    fileprivate static let schema = ObjectSchema<LimitRule>(
        LimitRule(), "The most that the manifests of each of some namespaces may ask for",
        Field("namespaces", \.namespaces, .array(of: .wildcard, count: 1...1000), "Each of these namespaces"),
        Field("runs", \.runs, .optional(.int(0...1_000_000)), "How many runs", examples: [100]),
        Field("gpu", \.gpu, .optional(.int(0...1_000_000)), "The GPUs of all runs together", examples: [8]),
        Field(
            "priority", \.priority, .optional(.word()), "The highest priority of a run", examples: ["high"]),
        constraint: Constraint.hasOne(of: bounds).object ?? [:],
        rule: { (rule, node, decoding: inout Decoding) in
            guard bounds.allSatisfy({ node[$0]?.isNull ?? true }) else { return }
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
            .mapping(of: .pattern, keys: .labelKey), .required,
            "By key, a regular expression that the whole value must match", examples: [["team": "vision|speech"]]))
}

extension Codec where Value == Wildcard {
    static let wildcard: Codec = .text(
        .wildcard, parse: { TextForm.wildcard.isValid($0) ? Wildcard($0) : nil }, text: \.source)
}

extension Codec where Value == String {
    fileprivate static let pathPattern: Codec = .text(
        .pathPattern,
        parse: { text in
            let names = text.utf8.split(separator: UInt8(ascii: "/")).map(Substring.init)
            let isMeant = TextForm.pathPattern.isValid(text) && names.allSatisfy { Wildcard(String($0)) != nil }
            return isMeant && !IgnoreRules(text).isEmpty ? text : nil
        }, text: { $0 })

    fileprivate static let signer = form(.signer)
    fileprivate static let publicKey = form(.publicKey)
}
