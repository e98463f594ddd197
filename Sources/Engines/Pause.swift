import Dispatch

/// A pause that a cancelled task keeps as well, for waits that last some milliseconds and decide something: whoever
/// gave one up early would take what has not happened yet for what never will.
func pause(milliseconds: Int) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
    }
}
