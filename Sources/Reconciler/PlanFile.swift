import Foundation
import Manifests
public import Planning
import YAML

/// A saved plan on disk.
public enum PlanFile {
    /// A plan of some eighty thousand actions has room in it.
    public static let mostBytes = 32 << 20

    /// Reads a plan that may come from anybody.
    ///
    /// - Parameter tool: the version of this `reconcile`.
    /// - Throws: a `Diagnostic` that names the file.
    public static func read(_ path: String, tool: String) throws -> SavedPlan {
        do {
            return try SavedPlan(parsing: try bytes(of: path), tool: tool)
        } catch var fault as Diagnostic {
            fault.location = fault.location ?? SourceLocation(path: path)
            throw fault
        }
    }

    /// What a file holds that keeps a plan.
    ///
    /// - Throws: a `Diagnostic` for one that is too large to be read again.
    public static func bytes(of plan: SavedPlan, for path: String) throws -> [UInt8] {
        let bytes = Array(plan.json.pretty.utf8)
        // With the line break at its end.
        guard bytes.count < mostBytes else { throw Diagnostic.planTooLarge(path, most: mostBytes) }
        return bytes
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw Diagnostic.planUnreadable(path, reason: String(cString: strerror(errno)))
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Diagnostic.planUnreadable(path, reason: "it is not a file")
        }
        let data: Data
        do {
            // One byte more than may be, in case that it grows.
            data = status.st_size > mostBytes ? Data() : try handle.read(upToCount: mostBytes + 1) ?? Data()
        } catch {
            throw Diagnostic.planUnreadable(path, reason: (error as NSError).localizedDescription)
        }
        guard status.st_size <= mostBytes, data.count <= mostBytes else {
            throw Diagnostic.planTooLarge(path, most: mostBytes)
        }
        return Array(data)
    }
}
