import Agents
import Engines
import Images
import Manifests
import Planning
import Reconciler
import Store
import YAML

extension DiagnosticCatalogue {
    /// Every code of every module.
    static let all = DiagnosticCatalogue([
        .yaml, .manifests, .planning, .store, .images, .engines, .agents, .reconciler, .commandLine,
    ])
}

extension DiagnosticCatalogue.Chapter {
    /// What the command line itself says.
    static let commandLine = Self("Command line", DiagnosticPage.commandLine)
}
