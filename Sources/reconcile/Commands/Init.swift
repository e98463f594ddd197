public import ArgumentParser
import Foundation
public import Reconciler

struct Init: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a first set of manifests and a job, or what a CI system needs, ready to run.")

    @Argument(help: "The folder to write into.", completion: .directory)
    var folder: String = "."

    @Option(
        help: ArgumentHelp(
            "Write only the workflow of a CI system: validate and plan for proposals, apply what is merged, look "
                + "for drift.",
            valueName: "system"))
    var ci: CISystem?

    @Flag(help: "Write over files that are there.")
    var force = false

    func execute(_ console: Console) async throws -> ExitStatus {
        let root = URL(fileURLWithPath: folder).path
        guard let ci else {
            for file in try Starter.write(into: root, replaces: force) { console.print("wrote \(file)") }
            console.print("\nNow: git add . && git commit -m 'First run' && reconcile")
            return .done
        }
        for file in try Starter.write(ci, into: root, replaces: force) { console.print("wrote \(file)") }
        console.print("\nBefore it works:")
        for step in ci.remainingSteps { console.print("- \(step)") }
        return .done
    }
}

extension CISystem: ExpressibleByArgument {}
