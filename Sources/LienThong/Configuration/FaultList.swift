package import Operating

/// Faults of a configuration that are gathered instead of ending its reading at the first, for whoever wants to
/// tell them all. Confined to one thread.
package final class FaultList {
    package private(set) var troubles: [Trouble] = []

    package init() {}

    package var isEmpty: Bool { troubles.isEmpty }
    package func add(_ trouble: Trouble) { troubles.append(trouble) }
}
