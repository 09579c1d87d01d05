extension OperatorDesk {
    /// Notes that the change feed was removed on purpose, or, with false, that there is to be one again.
    package func dismissFeed(_ isDismissed: Bool) throws {
        try transaction {
            try DossierTable(db).move(
                CursorMove(name: Store.feedDismissal, value: isDismissed ? actor : nil))
        }
    }
}

extension Store {
    /// The cursor's name under which an operator's word about the feed is kept.
    static let feedDismissal = "feedDismissed"

    /// An operator has removed the change feed on purpose.
    package func isFeedDismissed() throws -> Bool {
        try cursors()[Store.feedDismissal] != nil
    }
}
