import ArgumentParser
import Foundation
import Manifests
import Planning
import Reconciler
import Synchronization

struct Gc: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove from this machine what neither the record nor the image layout's own list needs.",
        discussion: """
            Goes: parts of images that no recorded image and no image with a name in the layout has, what builds \
            remember of those, exported commits, and what processes that were killed left half made. Stays: whatever \
            was used within --keep-days. Images of recorded job versions stay unless --images-older-than lets them go; \
            they are built again from their commit when they are needed. What attempts left (logs, metrics, outputs) \
            and the stores of artifacts are never touched. Builds may go on meanwhile.
            """)

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @Option(help: ArgumentHelp("What was used within so many days stays; at least 1.", valueName: "days"))
    var keepDays = 1

    @Option(
        help: ArgumentHelp(
            "Also remove images of recorded job versions that nothing wants now and that were not used for so many "
                + "days.", valueName: "days"))
    var imagesOlderThan: Int?

    @Flag(help: "Also remove the files (work/ and inputs/) with which attempts worked that ended so long ago.")
    var work = false

    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !(1...36_500).contains(keepDays) { throw ValidationError("--keep-days is a number from 1.") }
        if let imagesOlderThan, !(1...36_500).contains(imagesOlderThan) {
            throw ValidationError("--images-older-than is a number from 1.")
        }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let policy = HousekeepingPolicy(keepDays: keepDays, imagesOlderThan: imagesOlderThan, takesWork: work)
        let reconciler = try state.reconciler()
        let view = HousekeepingView(root: reconciler.repository.root)
        let done = Mutex<[Housekeeping]>([])
        let format = output.output
        try await reconciler.housekeep(policy, isDry: dryRun) { item in
            done.withLock { $0.append(item) }
            if format == .text { console.print(view.line(item)) }
        }
        let items = done.withLock { $0 }
        switch format {
        case .text: console.print(view.total(items, isDry: dryRun))
        case .json: console.print(json: view.json(items, isDry: dryRun))
        }
        return .done
    }
}
