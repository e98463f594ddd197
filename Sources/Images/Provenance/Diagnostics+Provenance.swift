import Manifests
import YAML

/// What is said of images, and who signs it. No message holds a part of a private key.
extension Diagnostic {
    static func signingKeyUnusable(_ path: String, _ fault: Ed25519.KeyFault) -> Diagnostic {
        Diagnostic(
            "SLW5190", "the signing key \(quoted(path)) cannot be used: \(reason(fault))",
            remedy: "let \(SigningKey.variable) name a key that `openssl genpkey -algorithm ed25519` or "
                + "`ssh-keygen -t ed25519 -N ''` made")
    }

    static func publicKeyUnusable(_ path: String, _ fault: Ed25519.KeyFault) -> Diagnostic {
        Diagnostic(
            "SLW5191", "the public key \(quoted(path)) cannot be used: \(reason(fault))",
            remedy: "name a file that `openssl pkey -pubout` wrote, or OpenSSH's .pub file")
    }

    static func privateKeyToVerify(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5192", "\(quoted(path)) holds a private key, which nobody needs in order to verify",
            remedy: "name its public half: `openssl pkey -in KEY -pubout`, or OpenSSH's .pub file")
    }

    static func signingFailed() -> Diagnostic {
        Diagnostic(
            "SLW5193", "libcrypto does not sign with the key",
            remedy: "see whether its configuration (openssl.cnf) forbids Ed25519")
    }

    static func allowedSignersUnreadable(_ path: String, line: Int) -> Diagnostic {
        Diagnostic(
            "SLW5194", "line \(line) of \(quoted(path)) is no allowed signer",
            remedy: "write `NAME ssh-ed25519 AAAA…`, with options such as namespaces=\"slipway\" before the key's type")
    }

    static func noAllowedSigner(_ path: String) -> Diagnostic {
        Diagnostic(
            "SLW5195", "\(quoted(path)) names no Ed25519 key whose signatures count here and now",
            remedy: "look at the kinds of its keys, their namespaces (\(AllowedSigners.namespace)) and their times")
    }

    static func referrersUnreadable(_ place: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5196", "the list of what is said of the image cannot be used in \(place): \(printable(reason))",
            remedy: "see who else writes there; remove the tag sha256-… that holds the list, then attach anew")
    }

    static func referrerNotListed(_ place: String, _ digest: Digest) -> Diagnostic {
        Diagnostic(
            "SLW5197",
            "\(digest) is in \(place), but not in the list of what is said of its image: others keep "
                + "writing that list",
            remedy: "run the same command again; a registry with the referrers API has no "
                + "such trouble")
    }

    static func layerUnreadable(_ digest: Digest, _ reason: String) -> Diagnostic {
        Diagnostic(
            "SLW5198", "the layer \(digest) cannot be read: \(printable(reason))",
            remedy: "build the image again; do not trust one that somebody else made")
    }

    private static func reason(_ fault: Ed25519.KeyFault) -> String {
        switch fault {
        case .malformed: "it is no key in a form that is known here"
        case .encrypted: "it wants a passphrase, which nobody can give an agent"
        case .otherKind: "it is not of the kind Ed25519"
        }
    }
}
