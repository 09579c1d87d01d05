package import Dossiers

/// One write for one dossier or several: what goes out in one request.
///
/// Each item keeps its own rendered bytes, as they lie in the state store; ``Contract`` joins them in the
/// request's list of records, in this order.
package struct Batch: Sendable {
    package struct Item: Sendable {
        package var code: DossierCode
        /// How many records the body has: the steps of a history, 1 for a header.
        package var records: Int
        package var body: [UInt8]

        package init(code: DossierCode, records: Int, body: [UInt8]) {
            self.code = code
            self.records = records
            self.body = body
        }
    }

    /// `create`, `update` or `history`.
    package var kind: Call.Kind
    package var items: [Item]

    package init(_ kind: Call.Kind, _ items: [Item]) {
        self.kind = kind
        self.items = items
    }
}

/// How much one call of a kind may carry.
package struct BatchBounds: Hashable, Sendable {
    /// Dossiers a call when the configuration says nothing.
    package var standard: Int
    /// Dossiers a call at most, whatever the configuration says.
    package var most: Int
    /// Bytes of the joined records at most; one dossier alone may be longer.
    package var bytes: Int
    /// Records of all dossiers together at most; one dossier alone may have more.
    package var records: Int

    package init(standard: Int, most: Int, bytes: Int, records: Int) {
        self.standard = standard
        self.most = most
        self.bytes = bytes
        self.records = records
    }

    /// For calls of which the contract says nothing.
    package static let single = BatchBounds(standard: 1, most: 1, bytes: .max, records: .max)
}

/// What the answer to a ``Batch`` means.
package struct BatchAnswer: Sendable {
    /// What it says about the exchange as a whole. `acknowledged` when it says something about each item.
    package var whole: Answer
    /// One for each item, in the order of the batch.
    package var items: [Answer]
    /// True when several items were refused in one word: none was taken, and which one is to blame is
    /// found out by sending fewer at a time. ``items`` then repeat ``whole``.
    package var isRefusedWhole: Bool

    init(_ whole: Answer, items: [Answer], isRefusedWhole: Bool = false) {
        self.whole = whole
        self.items = items
        self.isRefusedWhole = isRefusedWhole
    }

    /// The answer to a call about one thing.
    package init(_ answer: Answer) { self.init(answer, items: [answer]) }

    /// The answer is put down to a session that is over.
    package mutating func takeForExpiry() {
        whole.outcome = .sessionExpired
        for place in items.indices { items[place].outcome = .sessionExpired }
    }

    /// Said where there is no session, "your session is over" means that we are refused.
    package mutating func takeExpiryForRefusal() {
        if whole.outcome == .sessionExpired { whole.outcome = .refused }
        for place in items.indices where items[place].outcome == .sessionExpired {
            items[place].outcome = .refused
        }
    }
}
