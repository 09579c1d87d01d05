/// Carries a value that belongs to one thread from the thread that made it to the thread that keeps it.
///
/// Safe because it is taken exactly once, before which nobody else touches the value and after which the
/// maker has forgotten it; starting the thread orders the two.
package final class Handover<Value>: @unchecked Sendable {
    private var value: Value?

    package init(_ value: Value) { self.value = value }

    package func take() -> Value {
        guard let value else { fatalError("a handover is taken once") }
        self.value = nil
        return value
    }
}
