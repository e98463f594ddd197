// The forms of names.

extension TextForm {
    /// Of an object or namespace.
    static let name = TextForm(
        "name", "a name of a-z, 0-9 and `-`", remedy: Words.name, "^\(Grammar.name)$",
        examples: ["train", "lr-sweep-2"], near: Meant.name,
        isValid: { Syntax.isName($0[...]) })

    static let reference = TextForm(
        "reference", "`name` or `namespace/name`", "^\(Grammar.name)(/\(Grammar.name))?$",
        examples: ["train", "vision/train"])

    static let jobReference = TextForm(
        "jobReference", "a job: `name`, `namespace/name` or `name@v3`",
        "^\(Grammar.name)(/\(Grammar.name))?(@v[1-9][0-9]{0,14})?$", examples: ["train", "vision/train@v3"])

    static let labelKey = TextForm(
        "labelKey", "a key such as `team` or `example.com/team`",
        "^(\(Grammar.subdomain)/)?\(Grammar.labelName)$", "^([^/]{1,253}/)?[^/]*$",
        #"^([^./]{1,63}(\.[^./]{1,63})*/)?[^/]*$"#,
        examples: ["team", "example.com/team"], why: LabelSyntax.fault(ofKey:),
        isValid: { Syntax.isLabelKey($0[...]) })

    static let labelValue = TextForm(
        "labelValue", "a label's value",
        remedy: "use at most 63 letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit",
        "^(\(Grammar.labelName))?$", examples: ["vision", "2026.11"], why: LabelSyntax.fault(ofValue:),
        isValid: { Syntax.isLabelValue($0[...]) })

    static let secretName = TextForm(
        "secretName", "the name of a secret",
        remedy: "use lower-case letters, digits, `-` and `.`; the agent holds the value", "^\(Grammar.subdomain)$",
        #"^[^.]{1,63}(\.[^.]{1,63})*$"#,
        length: 1...253, examples: ["hf-token"], isValid: { Syntax.isSubdomain($0[...]) })

    static let environmentName = TextForm(
        "environmentName",
        "the name of an environment variable: letters, digits and `_`, not beginning with a digit, none that a shell "
            + "sets itself (such as PWD or IFS), and none of Slipway's own (SLIPWAY_…)",
        "^\(Grammar.identifier)$",
        exclusions: ["^(\(EnvironmentName.shellVariables.sorted().joined(separator: "|")))$", "^SLIPWAY_"],
        length: 1...255, examples: ["PYTHONUNBUFFERED"], isValid: { EnvironmentName.maySet($0) })

    static let parameterName = TextForm(
        "parameterName", "the name of a parameter: letters, digits, `_` and `-`, beginning with a letter or `_`",
        "^\(Grammar.parameterName)$", examples: ["lr", "batch_size"], isValid: { Syntax.isParameterName($0[...]) })

    /// Whether a value's name is that of a parameter is checked against the declarations.
    static let valueName = TextForm(
        "valueName", "a name", length: 1...255, isOneLine: false, examples: ["lr"],
        isValid: { !$0.isEmpty && $0.hasAtMost(255) })

    /// Of a mapping that is the value of a parameter.
    static let memberName = TextForm(
        "memberName", "at most 255 characters long", length: 0...255, isOneLine: false, examples: ["lr"],
        isValid: { $0.hasAtMost(255) })
}
