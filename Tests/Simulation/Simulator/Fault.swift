/// What can go wrong.
public enum FaultKind: String, Sendable, CaseIterable {
    // At each write to the store.
    case crashBeforeCommit
    case crashInCommit
    case crashAfterCommit
    case lostCommit
    case diskFull
    case storeError
    case slowStore
    case pauseBeforeCommit
    case pauseAfterCommit
    case lostNotification
    // At each submission.
    case crashBeforeSubmission
    case crashAfterSubmission
    case pauseBeforeSubmission
    case lostAcknowledgement
    case doubleSubmission
    case slowSubmission
    case refusedSubmission
    case fullWorkspace
    // At each cancellation.
    case crashBeforeCancellation
    case crashAfterCancellation
    case failedCancellation
    // At each observation.
    case crashBeforeObservation
    // At each build.
    case crashInBuild
    case failedBuild
    case slowBuild
    // At each upload of what an attempt left.
    case crashInUpload
    case failedUpload
    // What becomes of a command.
    case lostAttempt
    case forgottenAttempt
    // From time to time.
    case processCrash
    case hostCrash
    case pause
    case partition
    case brokenLock
    case clockJump
    case interruption
    // At each seal. (Where a kind stands decides its dice: new ones come last.)
    case pauseBeforeSeal
    // At each look, cancellation and seal.
    case silentEngine
}

/// One decision that something goes wrong.
struct Fault: Sendable, Hashable {
    let kind: FaultKind
    /// The process or host, and which of its acts.
    let place: UInt64
    let act: UInt64

    /// A short name for a replay.
    var id: String {
        let mixed = Dice.mix(Dice.number(of: kind.rawValue) ^ Dice.mix(place &* 31 ^ act &* 0x9E37_79B9_7F4A_7C15))
        let digits = String(mixed & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

/// Decides what goes wrong, and keeps account of it.
struct Faults {
    private let dice: Dice
    /// How many of a thousand acts each kind strikes; none where it is missing.
    private let rates: [FaultKind: Int]
    /// Where given, only these go wrong.
    private let only: Set<String>?
    private(set) var struck: [Fault] = []

    init(dice: Dice, only: Set<String>?) {
        self.dice = dice
        self.only = only
        var rates: [FaultKind: Int] = [:]
        // Some worlds are calm, some have one trouble, some have them all.
        let share = [0, 150, 300, 500, 800, 1000][dice.int(0...5, .scenario, 100)]
        for (index, kind) in FaultKind.allCases.enumerated()
        where dice.chance(share, .scenario, 200 + UInt64(index)) {
            rates[kind] = kind.typicalRate * [1, 2, 4, 8][dice.int(0...3, .scenario, 300 + UInt64(index))] / 2
        }
        self.rates = rates
    }

    /// Whether a kind strikes at an act.
    mutating func strikes(_ kind: FaultKind, _ place: UInt64, _ act: UInt64) -> Bool {
        guard let rate = rates[kind] else { return false }
        let fault = Fault(kind: kind, place: place, act: act)
        guard dice.chance(rate, .fault, Dice.number(of: kind.rawValue) ^ place, act) else { return false }
        if let only, !only.contains(fault.id) { return false }
        struck.append(fault)
        return true
    }
}

extension FaultKind {
    /// Of a thousand acts.
    fileprivate var typicalRate: Int {
        switch self {
        case .crashBeforeCommit, .crashInCommit, .crashAfterCommit: 12
        case .diskFull, .storeError, .lostCommit: 6
        case .slowStore: 12
        case .lostNotification: 100
        case .pauseBeforeCommit, .pauseAfterCommit: 12
        case .crashBeforeSubmission, .crashAfterSubmission, .pauseBeforeSubmission: 60
        case .lostAcknowledgement, .doubleSubmission, .slowSubmission: 60
        case .refusedSubmission, .fullWorkspace: 40
        case .crashBeforeCancellation, .crashAfterCancellation: 150
        case .failedCancellation: 80
        case .crashBeforeObservation: 40
        case .crashInBuild, .failedBuild: 60
        case .slowBuild: 150
        case .crashInUpload: 40
        case .failedUpload: 150
        case .lostAttempt: 40
        case .forgottenAttempt: 30
        // Of the looks that are taken every second.
        case .processCrash: 40
        case .hostCrash: 15
        case .pause: 40
        case .partition: 20
        case .brokenLock: 40
        case .clockJump: 25
        case .interruption: 40
        case .pauseBeforeSeal: 500
        case .silentEngine: 60
        }
    }
}
