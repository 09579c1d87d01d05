package import Dossiers
package import Operating
package import Wire

/// A destination's dialect, read from a file and compiled once: how to ask, how to say it, what the
/// answers mean. Shared by threads; holds no account, no session, no state.
package final class Contract: Sendable {
    /// The file's own name for itself, such as `dvcqg-adapter`.
    package let name: String
    package let titleVietnamese: String
    package let title: String
    package let settingsNeeded: [ContractKey] = []
    package let secretsNeeded: [ContractKey] = []
    /// True when every call but `login` carries a session.
    package let needsSession: Bool = false
    /// How long a session is used before it is renewed without being asked, in milliseconds.
    package let sessionLifetimeMilliseconds: Int64 = 600_000
    package let supports: Set<Operation> = []
    /// The calls that the file describes.
    package let calls: Set<Call.Kind> = []
    package let honoursIdempotencyKey: Bool = false
    /// How many steps one `history` may carry.
    package let stepsPerDelivery: Int = 10
    /// The bytes between two rendered records of one body.
    package let separator: [UInt8] = [UInt8(ascii: ",")]
    /// True when a probe's answer may list the steps that the destination holds.
    package let probeShowsSteps: Bool = false

    init(name: String, titleVietnamese: String, title: String) {
        self.name = name
        self.titleVietnamese = titleVietnamese
        self.title = title
    }

    /// Reads and compiles a contract file, strictly.
    ///
    /// - Parameter honoursIdempotencyKey: what the configuration says about this destination; nil leaves
    ///   it to the file.
    package static func load(path: String, honoursIdempotencyKey: Bool? = nil) throws(Trouble)
        -> Contract
    {
        let settings = try Settings.load(path: path)
        return Contract(name: try settings.string("contract"), titleVietnamese: "", title: "")
    }

    package func renderState(_ dossier: Dossier) -> Rendered {
        .held(Hold(.fieldMissing, field: ""), [])
    }

    package func renderStep(_ step: Step, of dossier: Dossier) -> Rendered {
        .held(Hold(.fieldMissing, field: ""), [])
    }

    package func renderPerson(_ person: Person) -> Rendered {
        .held(Hold(.fieldMissing, field: ""), [])
    }

    /// - Parameters:
    ///   - key: the delivery's idempotency key, for `create`, `update` and `history`.
    ///   - nonce: random bytes, the same for every attempt of one delivery; the request identifier of a
    ///     destination that wants one is made of them.
    package func request(
        _ call: Call, account: Account, session: Secret?, key: Digest?, now: Moment, nonce: [UInt8]
    ) throws(Trouble) -> HTTPRequest {
        HTTPRequest(url: account.baseURL)
    }

    package func answer(
        _ result: Result<HTTPResponse, HTTPFailure>, to call: Call, now: Timestamp
    ) -> Answer {
        Answer(outcome: .unknown)
    }

    /// Everything that the account lacks, for `lienthongd check`; empty when it is complete.
    package func troubles(of account: Account) -> [Trouble] { [] }
}
