/// All chance of a simulated world. A number belongs to what it is asked for, not to when: where one thing of a world
/// is changed, all others still fall out as before, which is what makes shrinking work.
struct Dice: Sendable {
    /// What a number is for.
    enum Topic: UInt64, Sendable {
        case scenario = 1
        case scheduling
        case storeDelay
        case engineDelay
        case buildDelay
        case readDelay
        case fault
        case faultLength
        case job
        case commit
        case pause
        case apply
        case command
        case host
        case drain
    }

    let seed: UInt64

    /// A number that depends on the seed, the topic and the place alone.
    func number(_ topic: Topic, _ place: UInt64 = 0, _ detail: UInt64 = 0) -> UInt64 {
        var mixed = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15 &* (topic.rawValue &+ 1))
        mixed = Self.mix(mixed ^ (place &* 0xD6E8_FEB8_6659_FD93))
        return Self.mix(mixed ^ (detail &* 0xA076_1D64_78BD_642F))
    }

    func int(_ range: ClosedRange<Int>, _ topic: Topic, _ place: UInt64 = 0, _ detail: UInt64 = 0) -> Int {
        range.lowerBound + Int(number(topic, place, detail) % UInt64(range.count))
    }

    /// True in `part` of a thousand cases.
    func chance(_ part: Int, _ topic: Topic, _ place: UInt64 = 0, _ detail: UInt64 = 0) -> Bool {
        number(topic, place, detail) % 1000 < UInt64(part)
    }

    /// The finishing step of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, 2014).
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number for a text, the same in every process, unlike `hashValue` (FNV-1a).
    static func number(of text: some StringProtocol) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }
}
