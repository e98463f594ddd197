#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// libarchive translates names through the thread's locale. A program that never calls `setlocale` has the locale
/// “C”, in which a name such as `größe.txt` cannot be said, and which libarchive 3.6 answers with a crash.
enum UTF8Locale {
    // Proof: a locale_t is a pointer to tables that nobody changes; it is made once and never freed.
    private nonisolated(unsafe) static let locale: locale_t? = {
        let names = ["C.UTF-8", "en_US.UTF-8", "UTF-8"]
        return names.lazy.compactMap { name in newlocale(LC_CTYPE_MASK, name, nil) }.first
    }()

    static var isAvailable: Bool { locale != nil }

    /// Runs a body under the locale. The body must not suspend, since a locale belongs to a thread.
    static func with<Result>(_ body: () throws -> Result) rethrows -> Result {
        guard let locale else { return try body() }
        let previous = uselocale(locale)
        defer { uselocale(previous) }
        return try body()
    }
}
