import ArgumentParser
import Manifests
import Planning
import Reconciler
import Records

struct Reproduce: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce",
        abstract: "Execute a run once more from its record, and compare what comes out.",
        discussion: """
            The image by its digest, parameters, command, arguments and environment (secrets by name) are those of the \
            record, inputs those that the run read. It is executed on this machine, in a folder of its own, and is \
            recorded as a reproduction: the run stays as it is. Declared outputs are compared by digest, metrics by \
            the last value of each name, and how the command ended; never how long it took.

            EXIT STATUS
              0 everything is the same      4 something differs, or could not be compared      1 an error
            """)

    @Argument(help: "The run, as name or namespace/name, or the id of one.")
    var run: String

    @Option(
        help: ArgumentHelp(
            "The attempt to compare with. Default: the newest whose command ended by itself.", valueName: "number"))
    var attempt: Int?

    @Option(
        help: ArgumentHelp(
            "Numbers in metrics count as the same where they are at most so far apart, as a part of the larger of "
                + "them, or of 1.", valueName: "part"))
    var tolerance: Double = 0

    @Option(
        help: ArgumentHelp("A metric that is not compared; may be given several times.", valueName: "name"))
    var ignoreMetric: [String] = []

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !tolerance.isFinite || tolerance < 0 { throw ValidationError("--tolerance is a number from 0.") }
        if let attempt, attempt < 1 { throw ValidationError("--attempt is a number from 1.") }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        let report = try await state.reconciler(manifests: manifests.paths).reproduce(
            ObjectName.run(run), attempt: attempt,
            tolerance: MetricTolerance(relative: tolerance, ignored: Set(ignoreMetric))
        ) { event in
            switch event {
            case .rebuilding(let image): console.say("  the image \(image) is not here; it is built again")
            case .building(let line): console.say("    \(line.printable)")
            case .started(let reproduction):
                console.say("  reproduction \(reproduction.number) of attempt \(reproduction.original) runs")
            case .resumed(let reproduction):
                console.say("  goes on with reproduction \(reproduction.number), which was left behind")
            }
        }
        switch output.output {
        case .text: console.print(ReproductionView(style: console.style).text(report))
        case .json: console.print(json: report.json)
        }
        return report.verdict == .same ? .done : .runsFailed
    }
}
