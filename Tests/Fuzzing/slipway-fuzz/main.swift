import CLibFuzzer
import Reading

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

// libFuzzer makes files and keeps those that end the process, or take too long.
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
let status = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    let violations = Invariants(of: Array(UnsafeBufferPointer(start: data, count: size))).violations
    guard violations.isEmpty else {
        for violation in violations { print(violation) }
        fflush(nil)
        abort()
    }
    return 0
}
exit(status)
