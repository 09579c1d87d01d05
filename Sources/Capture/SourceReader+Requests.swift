internal import Dossiers
internal import Operating
internal import Outbox

/// A resync that an operator asked for, and how far it has come.
struct RequestWalk {
    let request: OperatorRequest
    /// The last key, or how many of the codes, are done.
    var place: Int64

    init(_ request: OperatorRequest) {
        self.request = request
        // A damaged place begins anew: reading again is free.
        place = request.cursor.flatMap { Int64($0) }.map { $0 < 0 ? 0 : $0 } ?? 0
    }
}

extension SourceReader {
    /// Requests that are not among the open ones any more have ended, were cancelled, or pause.
    func acceptRequests(_ open: [OperatorRequest]) {
        finishedRequests.formIntersection(open.map(\.id))
        requests = open.filter { $0.state == .open && !finishedRequests.contains($0.id) }
            .map { request in
                // Pages on their way to the disk are further than what the store knows.
                requests.first { $0.request.id == request.id } ?? RequestWalk(request)
            }
    }

    func requestOn() throws(Trouble) -> CaptureWork? {
        guard var current = requests.first else { return nil }
        let filter = current.request.filter
        let found = try filter.codes.isEmpty ? keyPage(&current) : codePage(&current)
        if !filter.codes.isEmpty { changed(found.keys) }
        let read = try page(found.keys)
        let dossiers = read.dossiers
        if found.isLast {
            requests.removeFirst()
            finishedRequests.insert(current.request.id)
        } else {
            requests[0] = current
        }
        var batch = CaptureBatch(
            dossiers: dossiers, isBacklog: filter.codes.isEmpty, isForced: !filter.isOnlyDifferent)
        batch.missing = MissingKeys(read.removed, isCertain: true)
        batch.forced = Set(filter.destinations)
        return .record(
            CaptureStep(
                batch: batch,
                progress: RequestProgress(
                    id: current.request.id, cursor: String(current.place), read: dossiers.count,
                    missing: found.missing, isDone: found.isLast)))
    }

    private struct Found {
        var keys: [SourceKey]
        var missing = 0
        var isLast: Bool
    }

    private func keyPage(_ current: inout RequestWalk) throws(Trouble) -> Found {
        let filter = current.request.filter
        // What is tried by its key alone may lie outside of the filter.
        let listed = try list(
            filter, after: current.place > 0 ? SourceKey(current.place) : nil, limit: pageSize,
            mayGuess: filter.isEverything)
        current.place = listed.through?.rawValue ?? current.place
        return Found(keys: listed.keys, isLast: listed.isLast)
    }

    private func codePage(_ current: inout RequestWalk) throws(Trouble) -> Found {
        current.place = min(current.place, Int64(current.request.filter.codes.count))
        let codes = current.request.filter.codes.dropFirst(Int(current.place)).prefix(pageSize)
        let found = try keys(ofCodes: codes)
        let known = Set(found.map(\.code))
        current.place += Int64(codes.count)
        return Found(
            keys: found.map(\.key).sorted(), missing: codes.count { !known.contains($0) },
            isLast: current.place >= Int64(current.request.filter.codes.count))
    }
}
