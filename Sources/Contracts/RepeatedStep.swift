/// What a destination does with a step that it has already.
package enum RepeatedStep: String, Sendable, CaseIterable {
    /// Nobody has tried it.
    case unknown
    /// It enters it once more.
    case repeated
    /// It puts it in the place of the one it has.
    case replaced
    /// It sees that it has it.
    case recognised

    /// Whether a step that may have arrived may simply be sent once more.
    package var isHarmless: Bool { self == .replaced || self == .recognised }
}
