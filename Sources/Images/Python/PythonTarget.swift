import YAML

/// What packages are chosen for: a Python and a platform, which need not be those of this machine.
///
/// Also for this machine's own Python everything is said to pip, so that a lock and an image are the same wherever they
/// are made. The patch version counts as 0, as it does for uv: a package that needs more says so, and the marker
/// `python_full_version < '3.11.4'` brings what older patches lack.
struct PythonTarget: Sendable, Hashable, CustomStringConvertible {
    let identity: PythonInterpreter.Identity
    let platform: Platform

    init(_ identity: PythonInterpreter.Identity, _ platform: Platform) throws {
        self.identity = identity
        self.platform = platform
        guard isDescribed || platform == .host else { throw Diagnostic.platformUnsupported(platform, host: .host) }
    }

    /// `cpython 3.11 linux/amd64`
    var description: String { "\(identity) \(platform)" }

    /// Whether all that packages may ask of it is known here. Of PyPy, or on macOS, only the interpreter itself knows.
    var isDescribed: Bool { identity.implementation == "cpython" && platform.os == "linux" && machine != nil }

    /// The processor in the names of the kernel, which Python uses.
    var machine: String? { Self.machines[platform.architecture] }

    private static let machines = [
        "amd64": "x86_64", "arm64": "aarch64", "ppc64le": "ppc64le", "s390x": "s390x", "riscv64": "riscv64",
    ]

    /// The second part of the version: 11 of 3.11.
    var minor: Int { identity.version.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 0 }

    // MARK: Wheels

    /// `cp311`, or for what is not described here nothing that a wheel could have.
    var interpreterTag: String { isDescribed ? "cp3\(minor)" : "" }
    private var abiTag: String { minor < 8 ? "\(interpreterTag)m" : interpreterTag }

    /// The platforms of wheels that fit, best first (PyPA, Platform compatibility tags).
    ///
    /// Those for glibc 2.28 and older come first, newest of them first, as uv has it: they run on every distribution in
    /// use. One for a newer glibc is taken only where a package has no other.
    var platformTags: [String] {
        guard isDescribed, let machine else { return [] }
        func glibc(_ minor: Int) -> String { "manylinux_2_\(minor)_\(machine)" }
        let isOldest = machine == "x86_64"
        var tags: [String] = []
        for minor in stride(from: 28, through: isOldest ? 5 : 17, by: -1) {
            tags.append(glibc(minor))
            switch minor {
            case 17: tags.append("manylinux2014_\(machine)")
            case 12: tags.append("manylinux2010_\(machine)")
            case 5: tags.append("manylinux1_\(machine)")
            default: break
            }
        }
        return tags + (29...45).map(glibc) + ["linux_\(machine)"]
    }

    /// How well a wheel fits: less is better; `nil` where it does not. The order is pip's.
    func rank(_ wheel: WheelName) -> [Int]? {
        let platforms = platformTags
        var best: [Int]?
        for python in wheel.pythons {
            for abi in wheel.abis {
                for platform in wheel.platforms {
                    let place = platform == "any" ? nil : platforms.firstIndex { $0 == platform }
                    guard place != nil || platform == "any", let group = group(python, abi, isAny: place == nil)
                    else { continue }
                    let rank = [group, place ?? 0]
                    if best.map({ rank.lexicographicallyPrecedes($0) }) ?? true { best = rank }
                }
            }
        }
        return best
    }

    private func group(_ python: String, _ abi: String, isAny: Bool) -> Int? {
        let base = isAny ? 1000 : 0
        if !interpreterTag.isEmpty, python == interpreterTag {
            switch abi {
            case abiTag: return base
            case "abi3": return base + 1
            case "none": return base + 2
            default: return nil
            }
        }
        if python.hasPrefix("cp3"), abi == "abi3", isDescribed, let other = Int(python.dropFirst(3)), other < minor {
            return base + 3 + minor - other
        }
        guard abi == "none", python.hasPrefix("py3") else { return nil }
        if python == "py3" { return base + 201 }
        guard let other = Int(python.dropFirst(3)), other <= minor else { return nil }
        return base + (other == minor ? 200 : 202 + minor - other)
    }

    // MARK: pip

    /// What pip is told of it.
    var options: [String] {
        guard isDescribed else { return [] }
        return ["--implementation", "cp", "--python-version", identity.version, "--abi", abiTag]
            + platformTags.flatMap { ["--platform", $0] }
    }

    /// What conditions of requirements (PEP 508, environment markers) see of it.
    var markers: [String: String] {
        guard isDescribed, let machine else { return [:] }
        let full = "\(identity.version).0"
        return [
            "implementation_name": "cpython", "implementation_version": full, "os_name": "posix",
            "platform_machine": machine, "platform_python_implementation": "CPython", "platform_release": "",
            "platform_system": "Linux", "platform_version": "", "python_full_version": full,
            "python_version": identity.version, "sys_platform": "linux",
        ]
    }

    /// The condition that holds for this target and no other one of a lock.
    var condition: String {
        let parts = ["python_version == \"\(identity.version)\""]
        return (parts + (machine.map { ["platform_machine == \"\($0)\""] } ?? [])).joined(separator: " and ")
    }
}
