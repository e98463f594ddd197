internal import CCurl

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One request under way.
///
/// A class because libcurl's callbacks need a place that stays where it is. It belongs to the thread that performs it.
final class CurlTransfer {
    private let request: HTTPRequest
    private let stop: StopSign
    private var upload: Upload
    private var answer: Answer
    /// What went wrong in a callback, which can tell libcurl no more than that something did.
    private var failure: (any Error)?
    private var handle: UnsafeMutableRawPointer?
    private var headerList: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPRequest, _ stop: StopSign) throws {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw HTTPFailure.invalid("the method is not a word of capital letters")
        }
        if let bad = request.headers.first(where: { !$0.isWellFormed }) {
            throw HTTPFailure.invalid("the header \(bad.name.debugDescription) holds a control character")
        }
        self.request = request
        self.stop = stop
        upload = try Upload(request.body)
        answer = try Answer(request.sink)
        guard let handle = curl_easy_init() else { throw HTTPFailure.invalid("libcurl gives no handle") }
        self.handle = handle
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
    }

    /// Performs it on this thread, until it is over.
    func perform() throws -> HTTPResponse {
        try setUp()
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = message.withUnsafeMutableBufferPointer { buffer in
            slipway_curl_pointer(handle, CURLOPT_ERRORBUFFER, buffer.baseAddress)
            defer { slipway_curl_pointer(handle, CURLOPT_ERRORBUFFER, nil) }
            return SilentPipes.whileBroken { curl_easy_perform(handle) }
        }
        if let failure { throw failure }
        guard code == CURLE_OK else {
            let said = message.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            throw HTTPFailure(code, said.isEmpty ? String(cString: curl_easy_strerror(code)) : said)
        }
        return HTTPResponse(status: status, headers: answer.headers, body: answer.kept)
    }

    private var status: Int {
        var value = 0
        slipway_curl_get_number(handle, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    private func set(_ code: CURLcode) throws {
        guard code == CURLE_OK else { throw HTTPFailure.invalid(String(cString: curl_easy_strerror(code))) }
    }

    private func setUp() throws {
        let encrypted = "https"
        try set(slipway_curl_text(handle, CURLOPT_URL, request.url.text))
        try set(slipway_curl_text(handle, CURLOPT_PROTOCOLS_STR, request.url.isEncrypted ? encrypted : "http,https"))
        try set(
            slipway_curl_text(handle, CURLOPT_REDIR_PROTOCOLS_STR, request.url.isEncrypted ? encrypted : "http,https"))
        if request.url.isLoopback { try set(slipway_curl_text(handle, CURLOPT_NOPROXY, "*")) }
        // A signal would be for the whole process.
        try set(slipway_curl_number(handle, CURLOPT_NOSIGNAL, 1))
        try set(slipway_curl_text(handle, CURLOPT_USERAGENT, "slipway"))
        try setLimits()
        try setMethod()
        try setHeaders()
        try setCallbacks()
        if let certificates = request.certificates {
            try set(slipway_curl_text(handle, CURLOPT_CAINFO, certificates))
        }
        if let security = request.security { try setSecurity(security) }
    }

    private func setSecurity(_ security: HTTPSecurity) throws {
        func give(_ option: CURLoption, _ bytes: [UInt8]?) throws {
            guard let bytes else { return }
            try bytes.withUnsafeBytes { buffer in
                try set(slipway_curl_blob(handle, option, buffer.baseAddress, buffer.count))
            }
        }
        try give(CURLOPT_CAINFO_BLOB, security.authorities)
        try give(CURLOPT_SSLCERT_BLOB, security.certificate)
        try give(CURLOPT_SSLKEY_BLOB, security.key)
        guard !security.verifiesServer else { return }
        try set(slipway_curl_number(handle, CURLOPT_SSL_VERIFYPEER, 0))
        try set(slipway_curl_number(handle, CURLOPT_SSL_VERIFYHOST, 0))
    }

    private func setLimits() throws {
        func milliseconds(_ duration: Duration) -> Int {
            let (seconds, attoseconds) = duration.components
            // libcurl counts in 32 bits; nobody waits longer than a week.
            let most: Int64 = 7 * 86_400
            return max(1, Int(min(seconds, most)) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
        }
        if let timeout = request.timeout {
            try set(slipway_curl_number(handle, CURLOPT_TIMEOUT_MS, milliseconds(timeout)))
        }
        try set(slipway_curl_number(handle, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout)))
        try set(slipway_curl_number(handle, CURLOPT_LOW_SPEED_LIMIT, 1))
        try set(slipway_curl_number(handle, CURLOPT_LOW_SPEED_TIME, max(1, milliseconds(request.stallTimeout) / 1000)))
        // A connection through which nothing has come for long may be one whose other end is gone.
        try set(slipway_curl_number(handle, CURLOPT_TCP_KEEPALIVE, 1))
        try set(slipway_curl_number(handle, CURLOPT_TCP_KEEPIDLE, 30))
        try set(slipway_curl_number(handle, CURLOPT_TCP_KEEPINTVL, 10))
        let follows = request.redirections > 0 && ["GET", "HEAD"].contains(request.method)
        try set(slipway_curl_number(handle, CURLOPT_FOLLOWLOCATION, follows ? 1 : 0))
        try set(slipway_curl_number(handle, CURLOPT_MAXREDIRS, request.redirections))
        // What `Authorization` says is for the host that was asked: libcurl keeps it there unless told otherwise.
        try set(slipway_curl_number(handle, CURLOPT_UNRESTRICTED_AUTH, 0))
    }

    private func setMethod() throws {
        switch (request.method, request.body) {
        case ("GET", .none): try set(slipway_curl_number(handle, CURLOPT_HTTPGET, 1))
        case ("HEAD", .none): try set(slipway_curl_number(handle, CURLOPT_NOBODY, 1))
        case ("DELETE", .none):
            try set(slipway_curl_text(handle, CURLOPT_CUSTOMREQUEST, request.method))
        default:
            // Also without a body: a server is to be told that there is none.
            try set(slipway_curl_number(handle, CURLOPT_UPLOAD, 1))
            try set(slipway_curl_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(upload.size)))
            try set(slipway_curl_text(handle, CURLOPT_CUSTOMREQUEST, request.method))
        }
    }

    private func setHeaders() throws {
        func add(_ line: String) throws {
            guard let longer = curl_slist_append(headerList, line) else { throw HTTPFailure.invalid("no memory") }
            headerList = longer
        }
        // With a semicolon libcurl sends a header without a value; with a colon and nothing behind it, none at all.
        for header in request.headers {
            try add(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        // To ask first whether the body is welcome costs a second where a server does not answer that.
        if upload.size < 1 << 20 { try add("Expect:") }
        try set(slipway_curl_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    private func setCallbacks() throws {
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_XFERINFODATA]
        {
            try set(slipway_curl_pointer(handle, option, context))
        }
        try set(
            slipway_curl_on_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                CurlTransfer.at(context)?.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        try set(
            slipway_curl_on_transfer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                CurlTransfer.at(context)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
            })
        try set(
            slipway_curl_on_transfer(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
                let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return CurlTransfer.at(context)?.give(buffer) ?? Int(CURL_READFUNC_ABORT)
            })
        try set(
            slipway_curl_on_seek(handle) { context, offset, origin in
                guard origin == SEEK_SET, let transfer = CurlTransfer.at(context) else { return CURL_SEEKFUNC_CANTSEEK }
                return transfer.seek(offset)
            })
        try set(
            slipway_curl_on_progress(handle) { context, _, _, _, _ in
                CurlTransfer.at(context)?.stop.isRaised == true ? 1 : 0
            })
        try set(slipway_curl_number(handle, CURLOPT_NOPROGRESS, 0))
    }

    /// The transfer that libcurl was given the address of. It lives while `perform` runs, and only that calls back.
    private static func at(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        do {
            try answer.take(bytes, status: status)
            return bytes.count
        } catch {
            failure = error
            return 0
        }
    }

    private func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        do {
            try answer.takeHeader(String(decoding: line, as: UTF8.self))
            return line.count
        } catch {
            failure = error
            return 0
        }
    }

    private func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        do {
            return try upload.read(into: buffer)
        } catch {
            failure = error
            return Int(CURL_READFUNC_ABORT)
        }
    }

    /// A connection that was kept open and turns out to be dead makes libcurl begin the body again.
    private func seek(_ offset: curl_off_t) -> Int32 {
        do {
            try upload.seek(Int64(offset))
            return CURL_SEEKFUNC_OK
        } catch {
            failure = error
            return CURL_SEEKFUNC_FAIL
        }
    }
}

extension HTTPFailure {
    init(_ code: CURLcode, _ said: String) {
        self =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .unreachable(said)
            case CURLE_OPERATION_TIMEDOUT: .timedOut(said)
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
                .insecure(said)
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_TOO_MANY_REDIRECTS: .invalid(said)
            default: .broken(said)
            }
    }
}

/// A connection that the other side has closed raises SIGPIPE in some versions of the libraries below, which would end
/// the process.
private enum SilentPipes {
    /// Runs a body on this thread, with that signal held back and then dropped.
    static func whileBroken<Result>(_ body: () -> Result) -> Result {
        var pipes = sigset_t()
        var before = sigset_t()
        var pending = sigset_t()
        sigemptyset(&pipes)
        sigaddset(&pipes, SIGPIPE)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        pthread_sigmask(SIG_BLOCK, &pipes, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let result = body()
        sigpending(&pending)
        if !wasPending, sigismember(&pending, SIGPIPE) == 1 {
            var number: Int32 = 0
            sigwait(&pipes, &number)
        }
        return result
    }
}
