#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The variables that tools get: those that say where the machine's network, certificates and packages are, and no
/// others. A package must not read a token of this process, nor a build depend on a variable that nobody wrote down.
public enum ToolEnvironment {
    private static let names: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "LD_LIBRARY_PATH", "NETRC", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy", "all_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE",
    ]
    /// Where to get packages from is the machine's business; what to install, and where to, is ours.
    private static let pip: Set<String> = [
        "PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CERT",
        "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_TRUSTED_HOST", "PIP_CACHE_DIR", "PIP_NO_CACHE_DIR", "PIP_TIMEOUT",
        "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES",
    ]

    /// The part of this process's environment that tools get.
    public static var current: [String: String] {
        select(ProcessInfo.processInfo.environment, folder: FileManager.default.currentDirectoryPath)
    }

    /// - Parameter folder: what relative paths are relative to. Tools work in folders of their own.
    static func select(_ all: [String: String], folder: String) -> [String: String] {
        var result = all.filter { names.contains($0.key) || pip.contains($0.key) || $0.key.hasPrefix("PYENV_") }
        result["LC_ALL"] = "C.UTF-8"
        result["PIP_FIND_LINKS"] = result["PIP_FIND_LINKS"].map { list in
            list.split(whereSeparator: \.isWhitespace).map { place in
                let isAbsolute = place.hasPrefix("/") || place.hasPrefix("~") || place.contains("://")
                return isAbsolute || place.hasPrefix("file:") ? String(place) : "\(folder)/\(place)"
            }.joined(separator: " ")
        }
        return result
    }
}
