import Foundation

/// The `reconcile` that tests drive as a process, and the checkout that they belong to.
public enum BuiltProgram {
    /// The executable beside the test bundle: the package manager puts both into one folder. `SLIPWAY_TEST_PROGRAM`
    /// names another, for trying an installed one.
    public static let path: String = {
        if let chosen = ProcessInfo.processInfo.environment["SLIPWAY_TEST_PROGRAM"] { return chosen }
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("reconcile").path
    }()

    /// The root of the repository, in which the example is.
    public static let checkout: String = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in ["file", "Support", "Tests"] { folder.deleteLastPathComponent() }
        return folder.path
    }()

    /// The validator of documents by JSON Schemas, where `scripts/install-dependencies --tests` puts it.
    public static let schemaChecker = "\(checkout)/.build/tools/check-jsonschema/bin/check-jsonschema"

    /// What a program in a repository of a test's own gets: nothing of the machine's Git settings, and nothing that
    /// would make `reconcile` believe that it runs in CI.
    public static let environment: [String: String] = {
        let inherited = ["HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "PYENV_ROOT"]
        let own = ProcessInfo.processInfo.environment.filter { inherited.contains($0.key) || $0.key.hasPrefix("PIP_") }
        return own.merging([
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.com", "LC_ALL": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no",
            "USER": "ada",
        ]) { _, fixed in fixed }
    }()
}
