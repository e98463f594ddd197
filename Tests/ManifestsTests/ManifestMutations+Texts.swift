/// Texts that are of some form, or nearly. All are tried at every place that takes a text.
extension ManifestMutations {
    static func long(_ count: Int, _ text: String = "a") -> String { String(repeating: text, count: count) }

    static let keys = [
        "", "a", "unknown", "A", "a b", "a/b", "example.com/team", "a.b", "-a", "a-", "_a", "1", "1a", "A_B", "SLIPWAY",
        "SLIPWAY_X", "PWD", "PWDX", "IFS", "OPTIND", "a\n", "a\n\n", "é", "a\u{0}", "slipway/prune", "/a", "a/", "a//b",
        "a/b/c", "a=b", "$a", long(63), long(64), long(255), long(256), long(253, "a.") + "b/c",
        "\(long(63)).\(long(63)).\(long(63)).\(long(61))/x", "\(long(63)).\(long(63)).\(long(63)).\(long(62))/x",
        "\(long(64))/x", "x/\(long(63))", "x/\(long(64))",
    ]

    /// By the form that they are nearly of.
    static let textsByForm = [
        "name": names, "reference": names + references, "jobReference": references, "labelValue": names,
        "secretName": names, "pythonVersion": names, "duration": durations, "cpu": amounts, "bytes": amounts,
        "template": templates, "relativePath": paths, "sourcePath": paths, "pathPattern": paths + patterns,
        "imageName": images, "imageLocation": images + locations, "artifactLocation": locations + paths,
        "wildcard": patterns, "pattern": patterns, "signer": keysOfPeople, "publicKey": keysOfPeople,
    ]

    static let texts = Set(textsByForm.values.joined()).sorted()

    private static let names = [
        "a", "A", "a-b", "-a", "a-", "a.b", "a..b", "a_b", "é", "a\n", "a\n\n", "\na", " a", "a ", "a\u{0}b", "a\u{7f}",
        "true", "null", "1", "3.1", "3.11", "3.011", "10.0", "3.1111", "3.", "3.11.2", long(63), long(64), long(253),
        "\(long(63)).\(long(63)).\(long(63)).\(long(61))", "\(long(63)).\(long(63)).\(long(63)).\(long(62))",
        "slipway/v1", "Job", "job", "fifo", "succeeded",
    ]
    private static let references = [
        "a/b", "a/b/c", "/a", "a/", "a@v1", "a/b@v12", "a@v0", "a@v01", "a@1", "a@", "@v1", "a@v1@v2", "A/b", "a/B",
        "a@v\(long(15, "9"))", "a@v\(long(16, "9"))", "\(long(63))/\(long(63))", "\(long(64))/a", "a@v1\n",
    ]
    private static let durations = [
        "0s", "1ms", "1s", "30s", "1h30m", "1h1m1s1ms", "1m1h", "1s1s", "1", "s", "1 s", "1.5h", "-1s", "1d", "01s",
        "8760h", "8761h", "24h", "25h", "3600s", "3601s", "\(long(12, "9"))h", "\(long(13, "9"))h", "5m5", "1H",
    ]
    private static let amounts = [
        "0.5", "0.0005", "0.123", ".5", "1.", "500m", "0.5m", "-1", "+1", "1e3", "0x10", "512Mi", "4Gi", "1G", "1GB",
        "1.5Gi", "1Ki", "1k", "1K", "1P", "999Pi", "1000Pi", "1000000Ti", "1Ei", "\(long(12, "9"))", "\(long(13, "9"))",
        "\(long(15, "9"))", "\(long(16, "9"))", "\(long(15, "9"))m", "\(long(16, "9"))m", "\(long(15, "9"))Ki",
    ]
    private static let templates = [
        "$", "$$", "$$$", "${", "$${", "$$${", "$$$${", "${}", "${x}", "${parameters.}", "${parameters.lr}",
        "${parameters.lr}${parameters.lr}", "x${parameters.lr}y$", "${parameters.1}", "${parameters.lr", "$${x",
        "$$${parameters.lr}", "$$$${parameters.lr}", "${ parameters.lr }", "$(x)", "a${parameters.lr}\n", "{{x}}",
        long(64, "${parameters.lr}"), long(65, "${parameters.lr}"), "$\n{", "${parameters.\(long(63))}",
        "${parameters.\(long(64))}", "${parameters.lr}\u{301}", "$\u{301}{x}",
    ]
    private static let paths = [
        ".", "./", "..", "../x", "x/..", "x/../y", "./x", ".//x", "./.", "././x/.", "/x", "//x", "/", "/.", "/..", "x/",
        "x//y", "x/./y", "...", "..x", ".x", "x..", "x/..y", "x/...", "x\ny", "x\ty", "x\\y", ".git", ".git/x",
        "./.git",
        ".gitx", "/.git", "x/.git", "outputs/x", "outputs/", "policy/", "*.lock", "!x", "#x", " #x", "**", "/**", "x ",
        " ", "\\", "x\u{7f}", "\u{85}",
    ]
    private static let images = [
        "scratch", "python", "python:3.11-slim", "python@sha256:\(long(64, "0"))", "python@sha256:\(long(63, "0"))",
        "python:3@sha256:\(long(64, "0"))", "python@md5:1", "Python", "team/python", "a.b/python", "a.b", "a.b:5",
        "a.b:5/x", "a.b:0/x", "a.b:65535/x", "a.b:65536/x", "a.b:00080/x", "localhost/x", "localhost", "localhost:1/x",
        "LOCALHOST/x", "Host.io/x", "Host/x", "[::1]:5000/x", "[::1]/x", "[]/x", "[g]/x", "[::1]x/y", "[::1]:/x",
        "a__b/c", "a___b/c", "a--b/c", "a..b/c", "a/b__c", "a/b.c", "a/-b", "a//b", "a/b:", "a/b:-x",
        "a/b:\(long(128))",
        "a/b:\(long(129))", "https://r.io/x", "ada:s3@r.io/x", "\u{212A}.io/x", "r.io/\(long(127))",
        "r.io/\(long(128))",
        "r.io/\(long(255))", "r.io/\(long(256))", long(255), long(256), "\(long(254))/x", "\(long(250))/\(long(10))",
        "\(long(63)).\(long(63)).\(long(63)).\(long(61))/x", "\(long(63)).\(long(63)).\(long(63)).\(long(62))/x",
        "\(long(63)).\(long(63)).\(long(63)).\(long(62)):5/x", "oci:x", "oci:", "oci::x", "oci:x:", "oci:x:y",
        "oci:x:y:z", "oci:x@sha256:\(long(64, "0"))", "oci:x@y", "oci:x@y@sha256:\(long(64, "0"))", "oci:/x", "oci:/",
        "oci:/..", "oci:../../../x", "oci:.", "oci-archive:x.tar", "docker-archive:x.tar", "docker-archive:x.tar:a:b",
        "docker-archive:x@sha256:\(long(64, "0"))", "oci:x\ny", "docker.io/x", "index.docker.io/x", "a.b_c/x",
    ]
    private static let locations = [
        "layout", "layuot", "r.io", "r.io/", "r.io/x", "r.io/x/y", "r.io/x:v1", "r.io/X", "team/models", "oci:r.io/x",
        "oci:r.io:5000/x", "oci://r.io/x", "oci:x/y", "oci:ada@r.io/x", "oci:r.io/x@y", "s3://x", "file:/x", "ab:x",
        "a:x", "abc:x", "ocx:x", "oxi:x", "xci:x", "a/b:x", "o", "oc", "oci", "ocix", "/mnt/x", "mnt/x",
        "oci:r.io/\(long(255))", "oci:r.io/\(long(256))", "oci:\(long(63)).\(long(63)).\(long(63)).\(long(62))/x",
    ]
    private static let patterns = [
        "*", "a*", "[", "[]", "[a", "[a]", "[]a]", "[!a]", "[z-a]", "a[b/c]", "\\[", "(", ")", "a{", "a}", "a{2}",
        "a|b",
        "]", "(?=a)", "\\d", "\\1", "^a$", long(500), long(501), long(1024), long(1025),
    ]
    static let keysOfPeople = [
        "ada@example.com ssh-ed25519 AAAA", "ada ssh-ed25519", " ada  ssh-ed25519  AAAA ", "#ada ssh x", " #ada ssh x",
        "ada\tssh-ed25519\tAAAA", "#\u{301} ada ssh x", "a \u{301}b c", "-----BEGIN PGP PUBLIC KEY BLOCK-----",
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\nx\n", "-----BEGIN PGP PUBLIC KEY BLOCK-----\u{301}",
        " -----BEGIN PGP PUBLIC KEY BLOCK-----",
    ]
}
