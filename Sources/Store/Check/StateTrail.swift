import Manifests
import Records

/// What the tables say must have happened, to be held against the events one by one.
///
/// An event names a run by its manifest, and several runs may have had one manifest after the other: what is compared
/// is how often something happened under a name.
struct StateTrail {
    fileprivate enum Happening: UInt8 {
        case queued, claimed, intended, submitted, ended, leased
    }

    /// Small numbers for texts that come again and again.
    private struct Words {
        private var numbers: [String: Int32] = [:]
        private(set) var texts: [String] = []

        mutating func number(of text: String) -> Int32 {
            if let known = numbers[text] { return known }
            let number = Int32(texts.count)
            numbers[text] = number
            texts.append(text)
            return number
        }
    }

    private struct Mark: Hashable {
        var subject: Int32
        var happening: Happening
        var number: Int64
        var word: Int32
    }

    private struct Tally {
        /// In how many rows it is recorded, and in how many events.
        var rows: Int32 = 0
        var events: Int32 = 0
        /// The first of the rows.
        var row: Int32
    }

    private struct Ends {
        var rows = 0
        var events = 0
        var row: Int32
    }

    private var words = Words()
    private var tallies: [Mark: Tally] = [:]
    private var ends: [Int32: Ends] = [:]
    /// How often an event says that an attempt under a name ended, and not which.
    private var unnumbered: [Int32: Int32] = [:]
    /// Whether an object is there, by its subject: in the table, and by its newest event.
    private var objects: [String: (isRecorded: Bool, isTold: Bool)] = [:]
    private var agents: [String: (state: String, told: String?)] = [:]
    private var versions: [String: (digest: String, isTold: Bool)] = [:]
    private(set) var newestToken: Int64 = 0
    private var runNames: [String: Int32] = [:]
    /// The reproductions that events began, by run: of each, whether an event ended it.
    private var reproductions: [String: [Bool]] = [:]

    // MARK: What the tables say

    mutating func expectRun(_ row: StateRow, _ phase: RunPhase?) {
        let subject = subject(of: row)
        let id = words.number(of: row.key)
        runNames[row.key] = subject
        expect(.queued, subject, word: row.text("identity") ?? "", row: id)
        if let token = row.number("lease_token"), let agent = row.text("lease_agent") {
            expect(.leased, subject, number: token, word: agent, row: id)
        }
        if phase?.isTerminal == true { ends[subject, default: Ends(row: id)].rows += 1 }
    }

    mutating func expectAttempt(_ row: StateRow, of run: StateRow) {
        let subject = subject(of: run)
        let id = words.number(of: row.key)
        guard let number = row.number("number") else { return }
        expect(.claimed, subject, number: number, row: id)
        if let image = row.text("image") { expect(.intended, subject, number: number, word: image, row: id) }
        if !row.isNull("submitted_at") { expect(.submitted, subject, number: number, row: id) }
        if !row.isNull("ended_at") {
            let end = Self.end(row.text("reason"), row.number("exit_code"))
            expect(.ended, subject, number: number, word: end, row: id)
        }
    }

    mutating func expectObject(_ row: StateRow) { objects[row.key] = (true, false) }

    mutating func expectAgent(_ row: StateRow) { agents[row.key] = (row.text("state") ?? "", nil) }

    mutating func expectVersion(_ row: StateRow, of job: String) {
        versions["\(job)@v\(row.number("number") ?? 0)"] = (row.text("digest") ?? "", false)
    }

    private static func end(_ reason: String?, _ status: Int64?) -> String {
        "\(reason ?? "") \(status.map { "\($0)" } ?? "")"
    }

    private mutating func subject(of run: StateRow) -> Int32 {
        words.number(of: "\(Kind.run.rawValue)/\(run.text("namespace") ?? "")/\(run.text("name") ?? "")")
    }

    private mutating func expect(
        _ happening: Happening, _ subject: Int32, number: Int64 = 0, word: String = "", row: Int32
    ) {
        let mark = Mark(subject: subject, happening: happening, number: number, word: words.number(of: word))
        tallies[mark, default: Tally(row: row)].rows += 1
    }

    // MARK: What the events say

    /// Takes the next event. Returns what is wrong with it in one clause; `nil` where the tables agree.
    mutating func take(_ event: EventRecord) -> String? {
        guard let kind = EventKind(rawValue: event.kind) else { return nil }
        switch kind {
        case .objectCreated, .objectUpdated, .runSatisfied, .objectDeleted:
            objects[event.subject, default: (false, false)].isTold = kind != .objectDeleted
        case .runFinished, .runCancelRequested:
            ends[words.number(of: event.subject)]?.events += 1
        case .runQueued, .attemptClaimed, .attemptAdopted, .attemptIntended, .attemptSubmitted, .attemptEnded,
            .agentStarted, .agentDraining, .agentStopped, .agentLost, .jobVersionAdded, .reproductionStarted,
            .reproductionEnded:
            return take(kind, event, (try? JSONValue(parsing: Array(event.details.utf8))) ?? .null)
        default: break
        }
        return nil
    }

    private mutating func take(_ kind: EventKind, _ event: EventRecord, _ details: JSONValue) -> String? {
        let attempt = details["attempt"]?.int
        switch kind {
        case .runQueued: return tell(.queued, event, word: details["identity"]?.string)
        case .attemptClaimed, .attemptAdopted:
            newestToken = max(newestToken, details["token"]?.int ?? 0)
            _ = tell(.leased, event, number: details["token"]?.int, word: details["agent"]?.string)
            return kind == .attemptClaimed ? tell(.claimed, event, number: attempt) : nil
        case .attemptIntended: return tell(.intended, event, number: attempt, word: details["image"]?.string)
        case .attemptSubmitted: return tell(.submitted, event, number: attempt)
        case .attemptEnded:
            // An end that `cancel` saw to is recorded without saying of which attempt.
            let end = Self.end(details["reason"]?.string, details["exitCode"]?.int)
            if attempt != nil { return tell(.ended, event, number: attempt, word: end) }
            unnumbered[words.number(of: event.subject), default: 0] += 1
        case .jobVersionAdded:
            let job = event.subject.split(separator: "/", maxSplits: 1).last ?? ""
            let name = "\(job)@v\(details["version"]?.int ?? 0)"
            guard let digest = versions[name]?.digest, digest == details["digest"]?.string else {
                return "tells of version \(name), which is not recorded so"
            }
            versions[name]?.isTold = true
        case .reproductionStarted, .reproductionEnded: return reproduction(kind, event, details)
        default:
            if let agent = details["agent"]?.string { agents[agent]?.told = kind.agentState?.rawValue }
        }
        return nil
    }

    /// Of reproductions nothing but events tells: those of a run are numbered from 1, and each ends once at most.
    private mutating func reproduction(_ kind: EventKind, _ event: EventRecord, _ details: JSONValue) -> String? {
        let run = details["run"]?.string ?? ""
        guard let subject = runNames[run], words.texts[Int(subject)] == event.subject else {
            return "tells of a reproduction of run \(run.quoted), which is not recorded under that name"
        }
        let number = Int(details["reproduction"]?.int ?? 0)
        let known = reproductions[run]?.count ?? 0
        if kind == .reproductionStarted {
            guard number == known + 1, Reproduction(started: event) != nil else {
                return "tells that reproduction \(number) began, and \(known + 1) ought to"
            }
            reproductions[run, default: []].append(false)
        } else {
            guard number > 0, number <= known, reproductions[run]?[number - 1] == false else {
                return "tells that reproduction \(number) ended, which was not under way"
            }
            reproductions[run]?[number - 1] = true
        }
        return nil
    }

    /// Counts an event; says what is wrong where the tables know nothing of it.
    private mutating func tell(
        _ happening: Happening, _ event: EventRecord, number: Int64? = 0, word: String? = ""
    ) -> String? {
        let mark = Mark(
            subject: words.number(of: event.subject), happening: happening, number: number ?? 0,
            word: words.number(of: word ?? ""))
        guard let tally = tallies[mark], happening == .submitted || tally.events < tally.rows else {
            return "tells of \(happening.words(number)), and the tables do not"
        }
        tallies[mark]?.events += 1
        return nil
    }

    // MARK: What no event said

    /// What the tables say and no event did, in order.
    func missing() -> [(table: StateTable, row: String, message: String)] {
        var found: [(table: StateTable, row: String, message: String)] = []
        var unnumbered = unnumbered
        let untold = tallies.filter { $0.value.events < $0.value.rows }
            .map { (row: words.texts[Int($0.value.row)], mark: $0.key, tally: $0.value) }
            .sorted { ($0.row, $0.mark.happening.rawValue) < ($1.row, $1.mark.happening.rawValue) }
        for (row, mark, tally) in untold {
            if mark.happening == .ended, let spare = unnumbered[mark.subject], spare >= tally.rows - tally.events {
                unnumbered[mark.subject] = spare - (tally.rows - tally.events)
                continue
            }
            let isRun = mark.happening == .queued || mark.happening == .leased
            found.append(
                (isRun ? .runs : .attempts, row, "no event tells of \(mark.happening.words(mark.number))"))
        }
        for end in ends.values where end.events < end.rows {
            found.append((.runs, words.texts[Int(end.row)], "no event tells of its end"))
        }
        for (key, object) in objects where object.isRecorded != object.isTold {
            let message = object.isRecorded ? "no event tells that it was made" : "no event tells that it was deleted"
            found.append((.objects, key, message))
        }
        for (id, agent) in agents where agent.state != agent.told {
            let told = agent.told.map { "its newest event says \($0)" } ?? "no event tells that it was started"
            found.append((.agents, id, "it is \(agent.state), and \(told)"))
        }
        for (name, version) in versions where !version.isTold {
            found.append((.jobVersions, name, "no event tells that it was added"))
        }
        return found.sorted { ($0.table.name, $0.row, $0.message) < ($1.table.name, $1.row, $1.message) }
    }
}

extension StateTrail.Happening {
    func words(_ number: Int64?) -> String {
        let attempt = number.map { "attempt \($0)" } ?? "an attempt"
        return switch self {
        case .queued: "its being queued"
        case .claimed: "\(attempt) being claimed"
        case .intended: "\(attempt) being about to be submitted with this image"
        case .submitted: "\(attempt) being submitted"
        case .ended: "\(attempt) ending so"
        case .leased: "its lease"
        }
    }
}

extension EventKind {
    fileprivate var agentState: AgentRecord.State? {
        switch self {
        case .agentStarted: .active
        case .agentDraining: .draining
        case .agentStopped: .stopped
        case .agentLost: .lost
        default: nil
        }
    }
}
