/// The form of a text (`format` of JSON Schema), enforced.
///
/// All but `cron` are those of draft 2020-12; of `email`, quoted names and addresses in brackets are refused, `regex`
/// is what `Pattern` reads, and the URIs are those of RFC 3986, without other letters than ASCII.
public enum ValueFormat: String, Sendable, Hashable, CaseIterable, Codable {
    case dateTime = "date-time"
    case date
    case time
    case duration
    case email
    case hostname
    case ipv4
    case ipv6
    case uri
    case uriReference = "uri-reference"
    case uuid
    case regex
    case jsonPointer = "json-pointer"
    /// Five fields, as Kubernetes and crontabs have them.
    case cron

    /// Longer texts are of no format.
    static let longest = 4096

    var inWords: String {
        switch self {
        case .dateTime: "a date and time such as 2026-01-31T09:30:00Z"
        case .date: "a date such as 2026-01-31"
        case .time: "a time with its zone such as 09:30:00Z or 09:30:00+02:00"
        case .duration: "a duration such as P3D or PT1H30M (ISO 8601)"
        case .email: "an address such as ada@example.com"
        case .hostname: "the name of a host such as data.example.com"
        case .ipv4: "an IPv4 address such as 10.0.0.1"
        case .ipv6: "an IPv6 address such as fd00::1"
        case .uri: "a URI such as https://example.com/data"
        case .uriReference: "a URI, or a part of one such as /data?v=1"
        case .uuid: "a UUID such as 123e4567-e89b-12d3-a456-426614174000"
        case .regex: "a regular expression"
        case .jsonPointer: "a JSON pointer such as /model/layers/0"
        case .cron: "a schedule such as `0 3 * * mon-fri`"
        }
    }

    /// What is wrong with a text: words that follow what it is (`: its hour …`), or none where there is no more to
    /// say; `nil` where it is of the format.
    func fault(in text: String) -> String? {
        guard text.utf8.count <= Self.longest else { return ", which is longer than \(Self.longest) bytes" }
        switch self {
        case .cron:
            do throws(CronText.Malformed) {
                _ = try CronText(text)
                return nil
            } catch {
                return ": \(error.reason)"
            }
        case .regex:
            do throws(Pattern.Malformed) {
                _ = try Pattern(text)
                return nil
            } catch {
                return ": \(error.reason)"
            }
        default: return fits(text) ? nil : ""
        }
    }

    private func fits(_ text: String) -> Bool {
        switch self {
        case .dateTime:
            guard let at = text.utf8.firstIndex(where: { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t") }) else {
                return false
            }
            return TimeText.isDate(text[..<at]) && TimeText.isTime(text[text.utf8.index(after: at)...])
        case .date: return TimeText.isDate(text[...])
        case .time: return TimeText.isTime(text[...])
        case .duration: return TimeText.isDuration(text[...])
        case .email: return AddressText.isEmail(text)
        case .hostname: return AddressText.isHostname(text[...])
        case .ipv4: return AddressText.isIPv4(text[...])
        case .ipv6: return AddressText.isIPv6(text[...])
        case .uri: return AddressText.isURI(text)
        case .uriReference: return AddressText.isURIReference(text)
        case .uuid: return AddressText.isUUID(text)
        case .jsonPointer: return AddressText.isJSONPointer(text)
        case .regex, .cron: return fault(in: text) == nil
        }
    }
}
