import ArgumentParser
import Foundation
import Reconciler

struct Init: ReconcileCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a first set of manifests and a job, ready to run.")

    @Argument(help: "The folder to write into.", completion: .directory)
    var folder: String = "."

    func execute(_ console: Console) async throws -> ExitStatus {
        let root = URL(fileURLWithPath: folder).path
        for file in try Starter.write(into: root) { console.print("wrote \(file)") }
        console.print("\nNow: git add . && git commit -m 'First run' && reconcile")
        return .done
    }
}
