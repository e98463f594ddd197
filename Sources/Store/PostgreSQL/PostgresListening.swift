import Foundation
import Synchronization

/// Hears of changes as long as the value is there.
final class PostgresListening: Sendable {
    private let ear: Ear

    init(_ address: PostgresAddress, _ changed: @escaping @Sendable () -> Void) {
        ear = Ear(address, changed)
        // A thread of its own, because it does nothing but sleep. It ends with this value.
        Thread.detachNewThread { [ear] in ear.work() }
    }

    deinit { ear.stop() }
}

/// A connection that listens, on a thread of its own.
private final class Ear: Sendable {
    private let address: PostgresAddress
    private let changed: @Sendable () -> Void
    private let isStopped = Mutex(false)
    /// A byte into its second end wakes the thread.
    private let wake: (read: Int32, write: Int32)

    init(_ address: PostgresAddress, _ changed: @escaping @Sendable () -> Void) {
        self.address = address
        self.changed = changed
        var ends: [Int32] = [-1, -1]
        // Without it the thread notices its end a little later, when it looks by itself.
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
    }

    deinit {
        close(wake.read)
        close(wake.write)
    }

    func stop() {
        isStopped.withLock { $0 = true }
        var byte: UInt8 = 0
        _ = write(wake.write, &byte, 1)
    }

    /// The longest sleep without a look at whether all is over, in seconds.
    private static let longestSleep: Int32 = 30

    func work() {
        var delay = Reconnection.Delay()
        while !isStopped.withLock({ $0 }) {
            do {
                let link = try PostgresLink(address)
                try link.run("LISTEN \(link.site.channel)")
                delay = Reconnection.Delay()
                // Something may have changed while nobody listened.
                tell()
                try hear(link)
            } catch {
                // Whoever waits for changes also looks now and then, and the next thing it asks says what is wrong.
                wait(delay.take())
            }
        }
    }

    private func hear(_ link: PostgresLink) throws {
        while !isStopped.withLock({ $0 }) {
            link.waitForWord(orByteIn: wake.read, atMost: Self.longestSleep)
            if try link.takeAnnouncements() { tell() }
        }
    }

    private func tell() {
        if !isStopped.withLock({ $0 }) { changed() }
    }

    private func wait(_ duration: Duration) {
        var entry = pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, Int32(clamping: Int64(duration / .milliseconds(1))))
    }
}
