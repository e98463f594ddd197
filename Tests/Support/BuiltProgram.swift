import Foundation

/// The `reconcile` that these tests drive, and the checkout that they belong to.
enum BuiltProgram {
    /// The executable beside the test bundle: the package manager puts both into one folder. `SLIPWAY_TEST_PROGRAM`
    /// names another, for trying an installed one.
    static let path: String = {
        if let chosen = ProcessInfo.processInfo.environment["SLIPWAY_TEST_PROGRAM"] { return chosen }
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return bundle.deletingLastPathComponent().appendingPathComponent("reconcile").path
    }()

    /// The root of the repository, in which the example is.
    static let checkout: String = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in ["file", "EndToEndTests", "Tests"] { folder.deleteLastPathComponent() }
        return folder.path
    }()
}
