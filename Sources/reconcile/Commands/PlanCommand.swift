import ArgumentParser
import Manifests
import Planning
import Reconciler
import YAML

/// How a plan is printed.
enum PlanFormat: String, Sendable, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
    case gitlabTerraform = "gitlab-terraform"
}

struct PlanCommand: ReconcileCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what apply would do, and why. Writes nothing but what --out names.",
        discussion: """
            In GitHub Actions it also adds the plan to the summary of the step, and its counts to the step's outputs.
            """)

    @OptionGroup var manifests: ManifestOptions
    @OptionGroup var state: StateOptions
    @OptionGroup var policy: PolicyOptions
    @OptionGroup var target: TargetOptions

    @Option(name: [.short, .long], help: "How the plan is printed.")
    var output: PlanFormat = .text

    @Option(
        help: ArgumentHelp(
            "Compare with this commit instead of the state, from files alone: needs no state and no credentials.",
            valueName: "ref"))
    var againstRef: String?

    @Option(
        help: ArgumentHelp(
            "Save the plan, for `reconcile apply FILE` to do exactly that; - is stdout.", valueName: "file"))
    var out: String?

    @OptionGroup var notify: NotifyOptions

    @Flag(
        help: ArgumentHelp(
            "Also show what each run would submit to its engine, ask the engines whether they would take it, and look "
                + "whether they can be used."))
    var submissions = false

    @Flag(help: "End with status 2 where changes are pending, or what is there is not what is recorded.")
    var detailedExitcode = false

    func validate() throws {
        if submissions, output != .text || out == "-" || againstRef != nil {
            throw ValidationError("--submissions asks engines and prints text: it goes with no other output or commit.")
        }
        guard againstRef != nil else { return }
        if out != nil {
            throw ValidationError("--out saves a plan against the state; it cannot go with --against-ref.")
        }
        if state.state != nil {
            throw ValidationError("--against-ref looks at no state, so --state cannot go with it.")
        }
    }

    func execute(_ console: Console) async throws -> ExitStatus {
        do {
            return try await plan(console)
        } catch let error where !(error is CancellationError) {
            // A comment that is kept up to date shall not go on showing an older plan.
            let failure = FailureReport(error, heading: "No plan")
            if output == .markdown, out != "-", let failure { console.print(failure.markdown) }
            if let failure { StepReport(console).write(failure) }
            throw error
        }
    }

    private func plan(_ console: Console) async throws -> ExitStatus {
        let own = [out].compactMap { $0 == "-" ? nil : $0 }
        let notifier = try notify.notifier(StateOptions.setting)
        let work: PlannedWork
        if let againstRef {
            let reconciler = try StateOptions.reconciler(ofFiles: manifests.paths, policy: policy.policy)
            work = try await reconciler.plan(against: againstRef, for: target.target)
        } else {
            let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy, ownFiles: own)
            work = try await reconciler.plan(for: target.target)
            if !notifier.isIdle, let event = reconciler.notification(ofDriftIn: work) {
                console.warn(await notifier.tell(event))
            }
            // A plan that may not be applied is not kept for it.
            if let out, work.plan.refusals.isEmpty {
                let saved = try await reconciler.save(work, tool: Reconcile.version)
                let file = try LineOutput(to: out == "-" ? nil : out)
                try file.write(try PlanFile.bytes(of: saved, for: out))
                try file.finish()
            }
        }
        console.warn(work.plan.warnings)
        show(work, console)
        StepReport(console).write(work)
        if submissions, work.plan.refusals.isEmpty { try await showSubmissions(of: work, console) }
        guard work.plan.refusals.isEmpty else { return console.report(work.plan.refusals) }
        if let out, out != "-" { console.say("Saved; `reconcile apply \(out.printable)` does exactly this") }
        return detailedExitcode && (work.plan.hasChanges || !work.plan.drift.isEmpty) ? .changesPending : .done
    }

    private func showSubmissions(of work: PlannedWork, _ console: Console) async throws {
        let reconciler = try state.reconciler(manifests: manifests.paths, policy: policy.policy)
        let (previews, engines) = try await reconciler.submissions(of: work)
        console.print("\n" + SubmissionView(style: console.style).text(previews))
        if !engines.isEmpty { console.print("\n" + PreflightView(style: console.style).text(engines)) }
    }

    private func show(_ work: PlannedWork, _ console: Console) {
        // stdout then holds the saved plan and nothing else.
        let isTaken = out == "-" && work.plan.refusals.isEmpty
        let print: (String) -> Void = isTaken ? { console.say($0) } : { console.print($0) }
        switch output {
        case .json: print(work.plan.json(in: work.context).pretty)
        case .markdown: print(work.plan.markdown(in: work.context))
        case .gitlabTerraform: print(work.plan.gitlabReport.canonicalText)
        case .text:
            if let base = work.base {
                console.say("\(work.revision) compared with \(base.reference) (\(base.commit.prefix(12)))\n")
            }
            print(work.plan.text(style: isTaken ? console.errorStyle : console.style))
        }
    }
}
