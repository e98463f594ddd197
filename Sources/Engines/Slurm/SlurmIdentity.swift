/// What a job carries so that Slipway knows it again: the attempt's name as the job's, and a comment.
///
/// Slurm takes two jobs of one name, and whoever restores a state somewhere else makes the same names again: the
/// comment says of which folder of attempts it is, and of which intent.
struct SlurmIdentity: Sendable, Hashable {
    let name: String
    let comment: String
    /// What the comments of all its intents begin with.
    let prefix: String
    /// Both as a list has them (`SlurmJob.label`).
    let label: String

    /// - Parameters:
    ///   - location: the id of the folder that holds all attempts.
    ///   - mark: of the last intent to submit it.
    init(name: String, location: String?, mark: SlurmMark) {
        let place = location.map(Self.word) ?? "-"
        if mark.task == nil {
            self.name = name
            prefix = "slipway attempt=\(name) place=\(place) mark="
        } else {
            // The tasks of an array have one name and one comment.
            self.name = "slipway-\(mark.batch)"
            prefix = "slipway array place=\(place) mark="
        }
        comment = prefix + mark.batch
        label = "\(self.name);\(comment)"
    }

    /// As it is, or in hexadecimal digits where it holds anything that could mean something in a list.
    private static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard !isPlain else { return text }
        return "0x" + text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
