import Images
import Manifests
import YAML

/// One API server, asked in JSON.
struct KubernetesAPI: Sendable {
    let server: HTTPAddress
    let access: KubernetesAccess
    let transport: any HTTPTransport
    let limits: Limits

    struct Limits: Sendable {
        /// For one question and its whole answer.
        var timeout = Duration.seconds(30)
        /// The largest answer that is read.
        var bytes = 64 << 20
        /// How often one is asked again that wants to be left alone for a moment, and the longest such moment.
        var tries = 4
        var longestPause = Duration.seconds(5)
        /// Objects in one page of a list.
        var page = 500
        var pages = 1000
    }

    /// What the body of a request is.
    enum Content: String {
        case json = "application/json"
        case apply = "application/apply-patch+yaml"
        case merge = "application/merge-patch+json"
    }

    /// Asks, and returns what is said to it.
    ///
    /// - Parameters:
    ///   - path: below the server's address, beginning with a slash; its parts are escaped.
    ///   - query: names and values, which are escaped here.
    func call(
        _ method: String, _ path: String, _ query: [(String, String)] = [], _ body: JSONValue? = nil,
        as content: Content = .json
    ) async throws(KubernetesFailure) -> JSONValue {
        // A question is brought to its end also where nobody waits any more: one that is cut short may have been heard.
        let question = Task { () async -> Result<HTTPResponse, KubernetesFailure> in
            do throws(KubernetesFailure) {
                return .success(
                    try await self.response(
                        method, path, query, body, as: content, into: .memory(limit: limits.bytes)))
            } catch {
                return .failure(error)
            }
        }
        let response = try await question.value.get()
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            let type = response["Content-Type"].map { " (\($0.shortened(60)))" } ?? ""
            throw .silent("what answers is no API server of Kubernetes: its answer is no JSON\(type)")
        }
    }

    /// Asks, and returns the whole answer where it is a success.
    func response(
        _ method: String, _ path: String, _ query: [(String, String)] = [], _ body: JSONValue? = nil,
        as content: Content = .json, into sink: HTTPRequest.Sink, timeout: Duration? = nil
    ) async throws(KubernetesFailure) -> HTTPResponse {
        var tries = 1
        var isRenewed = false
        while true {
            let response = try await send(method, path, query, body, content, sink, timeout, isRenewed)
            if response.isSuccess { return response }
            if response.status == 401, !isRenewed {
                // A token may have been replaced, where it came from.
                isRenewed = true
                continue
            }
            if response.status == 429, tries < limits.tries {
                let wanted = response.retryAfter ?? .seconds(1)
                if wanted <= limits.longestPause {
                    tries += 1
                    do { try await Task.sleep(for: wanted) } catch { throw .silent("nobody waits for it any more") }
                    continue
                }
            }
            throw KubernetesFailure(response)
        }
    }

    private func send(
        _ method: String, _ path: String, _ query: [(String, String)], _ body: JSONValue?, _ content: Content,
        _ sink: HTTPRequest.Sink, _ timeout: Duration?, _ isRenewed: Bool
    ) async throws(KubernetesFailure) -> HTTPResponse {
        let pairs = query.map { "\(PercentEncoding.escaped($0.0))=\(PercentEncoding.escaped($0.1))" }
        let base = server.text.hasSuffix("/") ? String(server.text.dropLast()) : server.text
        let text = base + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
        guard let url = HTTPAddress(text) else {
            throw .silent("\(text.shortened(200).debugDescription) is no address")
        }
        let pass: KubernetesAccess.Pass
        do {
            pass = try await access.pass(isRenewed: isRenewed)
        } catch {
            throw .silent("its credentials cannot be had: \(error.message)")
        }
        var headers = [HTTPHeader("Accept", "application/json")] + pass.headers
        if body != nil { headers.append(HTTPHeader("Content-Type", content.rawValue)) }
        guard server.isEncrypted || server.isLoopback || pass.headers.isEmpty else {
            throw .silent("its address is not https, and would show everybody the credentials")
        }
        let request = HTTPRequest(
            method, url, headers: headers, body: body.map { .bytes($0.canonicalBytes) } ?? .none, sink: sink,
            timeout: timeout ?? limits.timeout, stallTimeout: timeout ?? limits.timeout, security: pass.security)
        do {
            return try await transport.send(request)
        } catch let failure as HTTPFailure {
            throw .silent("\(failure)")
        } catch is CancellationError {
            throw .silent("nobody waits for it any more")
        } catch {
            throw .silent("\(error)")
        }
    }

    /// All objects of a collection, and the version of the collection that they are of.
    func list(
        _ path: String, _ query: [(String, String)]
    ) async throws(KubernetesFailure) -> (items: [JSONValue], version: String) {
        var items: [JSONValue] = []
        var next: String?
        for _ in 0..<limits.pages {
            var query = query + [("limit", String(limits.page))]
            if let next { query.append(("continue", next)) }
            let answer = try await call("GET", path, query)
            guard let page = answer["items"]?.array ?? (answer["items"] == .null ? [] : nil),
                let version = answer["metadata"]?["resourceVersion"]?.string
            else { throw .silent("its list of \(path) is none") }
            items += page
            guard let more = answer["metadata"]?["continue"]?.string, !more.isEmpty else { return (items, version) }
            next = more
        }
        throw .silent("its list of \(path) does not end")
    }
}
