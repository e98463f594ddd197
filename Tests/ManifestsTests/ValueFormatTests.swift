import Testing

@testable import Manifests

@Suite("Formats of texts")
struct ValueFormatTests {
    private static let good: [(ValueFormat, [String])] = [
        (.dateTime, ["2026-01-31T09:30:00Z", "2026-01-31t09:30:00.25+02:00", "1990-12-31T15:59:60-08:00"]),
        (.date, ["2026-01-31", "2024-02-29", "2000-02-29"]),
        (.time, ["09:30:00Z", "23:59:60Z", "00:29:60+00:30", "09:30:00.123456-00:00"]),
        (.duration, ["P3D", "PT1H30M", "P1Y2M3DT4H5M6S", "P2W"]),
        (.email, ["ada@example.com", "a.b+c@x.y", "o'neil@localhost"]),
        (.hostname, ["localhost", "data.example.com", "A-1.B"]),
        (.ipv4, ["10.0.0.1", "255.255.255.255"]),
        (.ipv6, ["::", "::1", "fd00::1", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1:2:3:4:5:6:7::"]),
        (.uri, ["https://example.com:8080/a%20b?c=d#e", "urn:isbn:1", "s3://bucket/x", "http://[fd00::1]:80/", "a:"]),
        (.uriReference, ["/data?v=1", "", "#x", "../a:b", "https://example.com"]),
        (.uuid, ["123e4567-e89b-12d3-a456-426614174000", "123E4567-E89B-12D3-A456-426614174000"]),
        (.regex, ["^a+$", ""]), (.jsonPointer, ["", "/", "/a/0", "/a~1b~0c"]),
        (
            .cron,
            [
                "* * * * *", "0 3 * * mon-fri", "*/15 0-6,22 1,15 JAN,jul 0", "5 4 * * 7", "0 0 29 feb *",
                "0  0\t1 1 *", "0 0 31 2 1",
            ]
        ),
    ]

    private static let bad: [(ValueFormat, [String])] = [
        (.dateTime, ["2026-01-31", "2026-01-31 09:30:00Z", "2026-01-31T09:30:00", "2026-01-31T09:30Z"]),
        (.date, ["2026-02-29", "1900-02-29", "2026-1-31", "26-01-31", "2026-13-01", "2026-00-01", "", "2026-01-3１"]),
        (.time, ["09:30:00", "24:00:00Z", "09:60:00Z", "09:30:61Z", "12:00:60Z", "09:30:00.Z", "09:30:00+2:00"]),
        (.duration, ["P", "PT", "3D", "P1H", "PT1D", "P1D2Y", "P1W2D", "P1.5D", "P2WT1H"]),
        (.email, ["ada", "@example.com", "ada@", "a..b@x.y", ".a@x.y", "a b@x.y", "a@b@c@"]),
        (.hostname, ["", "-a.b", "a_b", "a..b", String(repeating: "a", count: 64)]),
        (.ipv4, ["10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1.", "10.0.0.0001"]),
        (
            .ipv6,
            ["", ":", ":::", "1::2::3", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "g::", "fe80::1%eth0", "::1:", "12345::"]
        ),
        (.uri, ["/a", "//a/b", "a b:c", "http://[::1", "1a:b", "http://a/%zz", "http://a:b", "https://ä.de"]),
        (.uriReference, ["a:b c", "%", "1:b", "\\"]),
        (.uuid, ["123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"]),
        (.jsonPointer, ["a", "/~", "/~2"]),
    ]

    @Test("What is of a format is accepted") func accepted() {
        for (format, texts) in Self.good {
            for text in texts { #expect(format.fault(in: text) == nil, "\(format) \(text)") }
        }
    }

    @Test("What is not is refused, and so is what is too long") func refused() {
        for (format, texts) in Self.bad {
            for text in texts { #expect(format.fault(in: text) != nil, "\(format) \(text)") }
        }
        for format in ValueFormat.allCases {
            #expect(format.fault(in: String(repeating: "1", count: 5000)) == ", which is longer than 4096 bytes")
        }
    }

    @Test(
        "Of a schedule it is said which field is wrong, and how",
        arguments: [
            ("", "it has 0 of the five fields"), ("* * * *", "it has 4 of the five fields"),
            (
                "0 * * * * *",
                "it has 6 of the five fields minute, hour, day of the month, month and day of the week; there are no"
            ),
            ("@daily", "write its five fields, `0 0 * * *`"), ("60 * * * *", "the minute `60` is not between 0 and 59"),
            ("0 24 * * *", "the hour `24` is not between 0 and 23"),
            ("0 0 0 * *", "the day of the month `0` is not between"),
            ("0 0 1 13 *", "the month `13` is not between 1 and 12"), ("0 0 * * 8", "the day of the week `8` is not"),
            ("0 0 * * fry", "the day of the week `fry` is neither a number nor a known name"),
            ("0 0 * mon *", "the month `mon` is neither"), ("5-1 * * * *", "the minute `5-1` ends before it begins"),
            ("5/15 * * * *", "the minute `5/15` is read in two ways: write `5-59/15`"),
            ("*/0 * * * *", "has a step that"),
            ("1,,2 * * * *", "the minute `` is empty"),
            ("0 0 31 feb,apr *", "it never comes, since none of its months has a day 31"),
            ("-1 * * * *", "is neither"), ("99999999999999999999 * * * *", "is neither"),
        ])
    func schedules(_ text: String, _ reason: String) {
        #expect(
            ValueFormat.cron.fault(in: text)?.contains(reason) == true, "\(ValueFormat.cron.fault(in: text) ?? "none")")
    }
}
