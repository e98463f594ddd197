import Agents
public import Images
import Manifests
public import YAML

/// Tells others what came of an apply, or of drift. It never fails: what could not be told is a warning.
public struct Notifier: Sendable {
    /// How often and how long a webhook is tried.
    public struct Patience: Sendable {
        /// The longest that one try may take.
        public var timeout = Duration.seconds(10)
        /// How long to wait before each further try; with their number, how many there are.
        public var pauses: [Duration] = [.milliseconds(500), .seconds(2), .seconds(5)]
        /// The longest that a command may take.
        public var commandTimeout = Duration.seconds(60)

        public init() {}
    }

    /// The name of the secret's variable where none is given.
    public static let defaultSecret = "SLIPWAY_NOTIFY_SECRET"

    private let setting: Setting
    private let addresses: [HTTPAddress]
    private let key: [UInt8]?
    private let commands: [NotifyCommand]
    private let transport: any HTTPTransport
    private let patience: Patience

    /// - Parameters:
    ///   - urls: webhooks.
    ///   - secret: the name of the variable that holds the secret; `nil` for the default one, which may be missing.
    ///   - commands: argument vectors as JSON arrays.
    /// - Throws: `Diagnostics` with all that is wrong with them; nothing has been done then.
    public init(
        _ setting: Setting, urls: [String], secret: String? = nil, commands: [String] = [],
        transport: any HTTPTransport = CurlTransport(), patience: Patience = Patience()
    ) throws {
        self.setting = setting
        self.transport = transport
        self.patience = patience
        var faults: [Diagnostic] = []
        var addresses: [HTTPAddress] = []
        for url in urls {
            if let address = HTTPAddress(url) {
                addresses.append(address)
                if !address.isEncrypted, !address.isLoopback {
                    faults.append(.notifyAddressInvalid(address.origin, reason: "it is not encrypted"))
                }
            } else {
                faults.append(.notifyAddressInvalid("what --notify gives", reason: "it is no web address"))
            }
        }
        var parsed: [NotifyCommand] = []
        for command in commands {
            do { parsed.append(try NotifyCommand(command)) } catch { faults.append(error) }
        }
        let value = setting.environment[secret ?? Self.defaultSecret] ?? ""
        if let secret, value.isEmpty { faults.append(.notifySecretMissing(secret)) }
        guard faults.isEmpty else { throw Diagnostics(faults) }
        self.addresses = addresses
        self.commands = parsed
        key = value.isEmpty ? nil : Array(value.utf8)
    }

    public var isIdle: Bool { addresses.isEmpty && commands.isEmpty }

    /// Tells everybody, at once.
    ///
    /// - Returns: what could not be told, as warnings.
    public func tell(_ event: NotificationEvent) async -> [Diagnostic] {
        await withTaskGroup(of: (Int, Diagnostic?).self) { group in
            for (index, address) in addresses.enumerated() {
                group.addTask { (index, await post(event, to: address)) }
            }
            for (index, command) in commands.enumerated() {
                group.addTask { (addresses.count + index, await run(command, event)) }
            }
            var found: [(Int, Diagnostic)] = []
            for await case (let index, let warning?) in group { found.append((index, warning)) }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func post(_ event: NotificationEvent, to address: HTTPAddress) async -> Diagnostic? {
        let body = event.json.canonicalBytes
        var headers = [
            HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Slipway-Event", event.kind.rawValue),
            HTTPHeader("X-Slipway-Delivery", event.id),
        ]
        if let key {
            let signature = Digest.authentication(of: body, key: key)
            headers.append(HTTPHeader("X-Slipway-Signature-256", "sha256=\(signature.hex)"))
        }
        let request = HTTPRequest(
            "POST", address, headers: headers, body: .bytes(body), sink: .memory(limit: 64 * 1024),
            timeout: patience.timeout, connectTimeout: patience.timeout)
        var why = ""
        for pause in patience.pauses.map(Optional.some) + [nil] {
            do {
                let response = try await transport.send(request)
                if response.isSuccess { return nil }
                why = "it answered with status \(response.status)"
                guard response.status >= 500 || response.status == 429 || response.status == 408 else { break }
            } catch let failure as HTTPFailure {
                why = failure.description
                guard failure.isPassing else { break }
            } catch {
                why = "\(error)"
                break
            }
            guard let pause else { break }
            do { try await setting.time.sleep(for: pause) } catch { break }
        }
        return .notNotified(address.origin, why)
    }

    private func run(_ command: NotifyCommand, _ event: NotificationEvent) async -> Diagnostic? {
        await command.run(event, within: patience.commandTimeout).map { .notNotified(command.program, $0) }
    }
}

extension HTTPAddress {
    /// Without the path, which with many services is the secret.
    fileprivate var origin: String { "\(scheme)://\(host):\(port)" }
}
