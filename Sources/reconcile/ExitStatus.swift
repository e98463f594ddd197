import ArgumentParser
import Manifests
import Planning
import Reconciler
import Store
import YAML

/// How the process ends (DESIGN: exit status), for scripts to tell apart.
enum ExitStatus: Int32 {
    case done = 0
    case error = 1
    case changesPending = 2
    case invalidManifests = 3
    case runsFailed = 4
    case locked = 5
    case stalePlan = 6
    case timedOut = 7
    case interrupted = 130

    /// What a set of errors means for whoever called: errors of YAML, of manifests and of references between a run
    /// and a job's versions are the author's to mend.
    init(_ diagnostics: [Diagnostic]) {
        let codes = diagnostics.filter { $0.severity == .error }.map(\.code)
        if codes.contains(.stateLocked) || codes.contains(.holdLost) {
            self = .locked
        } else if codes.contains(.stalePlan) {
            self = .stalePlan
        } else if codes.contains(.noManifests) || (!codes.isEmpty && codes.allSatisfy(\.blamesManifests)) {
            self = .invalidManifests
        } else {
            self = .error
        }
    }
}

extension DiagnosticCode {
    fileprivate var blamesManifests: Bool {
        rawValue.hasPrefix("SLW1") || rawValue.hasPrefix("SLW2") || DiagnosticCode.pinnedVersionFaults.contains(self)
            || isPolicyDenial
    }
}
