internal import CCurl
internal import Glibc
internal import Wire

/// One easy handle with everything that libcurl reads while an exchange is under way: body, header
/// lines, error words. Used again for the next exchange; its connections belong to the multi handle.
///
/// Confined to the loop's thread.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    /// Where this transfer stands in the engine's list of those under way.
    var slot = 0
    /// Whose settings the handle was made with.
    var route = 0
    /// The host's lane that waits for this exchange's connection or end.
    var lane: HostLane?
    private(set) var token: UInt64 = 0

    private let errorWords = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private let maxAnswerBytes: Int
    private var headers: HeaderList
    private var body = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 16)
    private var address: Address?
    /// What the handle is set to; nil before its first exchange.
    private var method: HTTPRequest.Method?
    /// The last answer's, which the next one's most likely is as well.
    private var contentType = ""
    private var deadline: Int64 = 0
    private var answer: [UInt8] = []

    /// libcurl had a connection and began to send: from here on the destination may have seen the request.
    private(set) var began = false
    private(set) var overflowed = false
    private(set) var refusedToRepeat = false

    /// nil with libcurl's word when it takes no handle or not these settings.
    static func make(_ settings: TransferSettings, cookies: CookieJar? = nil) -> Result<
        Transfer, CurlRefusal
    > {
        guard let easy = curl_easy_init() else { return .failure(CurlRefusal(CURLE_FAILED_INIT)) }
        let transfer = Transfer(easy: easy, settings)
        let refusal = TransferOptions.set(
            settings, on: easy, owner: Unmanaged.passUnretained(transfer).toOpaque(),
            errorBuffer: transfer.errorWords)
        guard refusal == CURLE_OK else { return .failure(CurlRefusal(refusal)) }
        if let refusal = cookies?.serve(easy), refusal != CURLE_OK {
            return .failure(CurlRefusal(refusal))
        }
        return .success(transfer)
    }

    private init(easy: UnsafeMutableRawPointer, _ settings: TransferSettings) {
        self.easy = easy
        maxAnswerBytes = settings.maxAnswerBytes
        headers = HeaderList(userAgent: settings.userAgent)
        errorWords[0] = 0
    }

    deinit {
        curl_easy_cleanup(easy)
        errorWords.deallocate()
        body.deallocate()
    }

    static func of(_ easy: UnsafeMutableRawPointer) -> Transfer? {
        var pointer: UnsafeMutableRawPointer?
        shim_getinfo_pointer(easy, CURLINFO_PRIVATE, &pointer)
        return pointer.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Prepares the handle for an exchange; what is wrong when it cannot be put on a wire.
    ///
    /// Only what differs from the exchange before is set.
    func load(_ item: HostLane.Waiting, in lane: HostLane) -> CurlRefusal? {
        let exchange = item.exchange
        token = exchange.token
        deadline = item.deadline
        began = false
        overflowed = false
        refusedToRepeat = false
        errorWords[0] = 0
        answer = []
        guard setAddress(item.address) else { return CurlRefusal(CURLE_URL_MALFORMAT) }
        guard setHeaders(exchange.request) else { return CurlRefusal(CURLE_BAD_FUNCTION_ARGUMENT) }
        setMethod(exchange.request)
        // What is left after waiting for the host; zero would mean no limit.
        let left = (deadline - monotonicMicroseconds()) / 1000
        shim_setopt_long(easy, CURLOPT_TIMEOUT_MS, max(1, Int(left)))
        self.lane = lane
        return nil
    }

    private func setAddress(_ new: Address) -> Bool {
        if new === address { return true }
        // The handle goes first in libcurl; the text is what it calls the exchange.
        guard shim_setopt_string(easy, CURLOPT_URL, new.text) == CURLE_OK,
            shim_setopt_pointer(easy, CURLOPT_CURLU, UnsafeRawPointer(new.handle)) == CURLE_OK
        else { return false }
        address = new
        return true
    }

    private func setHeaders(_ request: HTTPRequest) -> Bool {
        let isBodyless = request.method == .get
        if headers.follow(request.headers, isBodyless: isBodyless) { return true }
        guard let list = headers.fill(request.headers, isBodyless: isBodyless) else { return false }
        return shim_setopt_list(easy, CURLOPT_HTTPHEADER, list) == CURLE_OK
    }

    private func setMethod(_ request: HTTPRequest) {
        switch request.method {
        case .get:
            if method != .get {
                shim_setopt_string(easy, CURLOPT_CUSTOMREQUEST, nil)
                shim_setopt_long(easy, CURLOPT_HTTPGET, 1)
            }
        case .post, .put:
            keep(request.body)
            // Which also makes it a POST.
            shim_setopt_pointer(easy, CURLOPT_POSTFIELDS, body.baseAddress)
            shim_setopt_off(
                easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.count))
            if method != request.method {
                shim_setopt_string(
                    easy, CURLOPT_CUSTOMREQUEST, request.method == .put ? "PUT" : nil)
            }
        }
        method = request.method
    }

    /// Copies the body to memory that stays in place until the exchange has ended; libcurl does not copy it.
    private func keep(_ bytes: [UInt8]) {
        if bytes.count > body.count || body.count > 1 << 20 {
            body.deallocate()
            body = .allocate(byteCount: max(8192, bytes.count), alignment: 16)
        }
        bytes.withUnsafeBytes { body.copyMemory(from: $0) }
    }
}

// libcurl's callbacks: plain functions that find their transfer through the context pointer.
extension Transfer {
    static let received: shim_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.take(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let mayStart: shim_prerequest_callback = { context, _, _, _, _ in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().mayBegin()
            ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }

    /// Anything but the whole count ends the exchange.
    private func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard answer.count + bytes.count <= maxAnswerBytes else {
            overflowed = true
            return 0
        }
        answer.append(contentsOf: bytes)
        return bytes.count
    }

    /// Called once libcurl holds a connection, directly before it sends.
    ///
    /// A second call is libcurl's own repetition: when a kept connection dies before one byte of answer,
    /// it sends the request again on a new one, without a word. It cannot know whether the destination
    /// had already acted on the first copy, so a dossier could be entered twice; only what changes
    /// nothing is repeated. The courier asks the destination instead.
    private func mayBegin() -> Bool {
        if began, method != .get {
            refusedToRepeat = true
            return false
        }
        began = true
        lane?.connectionSettled()
        return true
    }
}

extension Transfer {
    /// The end of the exchange as libcurl tells it; call before the handle leaves the multi handle.
    func completion(_ code: CURLcode) -> HTTPCompletion {
        HTTPCompletion(
            token: token,
            result: code == CURLE_OK ? .success(response()) : .failure(failure(code)),
            elapsedMicroseconds: elapsed)
    }

    /// The end of an exchange that the loop's closing cut off.
    func cancellation() -> HTTPCompletion {
        HTTPCompletion(
            token: token,
            result: .failure(
                HTTPFailure(
                    kind: .cancelled, mayHaveArrived: began,
                    detail: CurlRefusal(CURLE_ABORTED_BY_CALLBACK).words)),
            elapsedMicroseconds: elapsed)
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        let code = refusedToRepeat ? CURLE_GOT_NOTHING : code
        let own = refusedToRepeat || errorWords[0] == 0
        let words = own ? CurlRefusal(code).words : String(cString: errorWords)
        let ending = CurlEnding(
            code: code, began: began, overflowed: overflowed, words: words,
            timeoutOver: monotonicMicroseconds() >= deadline - 1000)
        return HTTPFailure(kind: ending.kind, mayHaveArrived: began, detail: words)
    }

    private func response() -> HTTPResponse {
        var status = 0
        shim_getinfo_long(easy, CURLINFO_RESPONSE_CODE, &status)
        let response = HTTPResponse(
            status: status, body: answer, retryAfter: header("Retry-After"),
            contentType: answerType())
        answer = []
        return response
    }

    private func answerType() -> String? {
        var words: UnsafeMutableRawPointer?
        shim_getinfo_pointer(easy, CURLINFO_CONTENT_TYPE, &words)
        guard let words = words?.assumingMemoryBound(to: CChar.self) else { return nil }
        if strcmp(words, contentType) != 0 || contentType.isEmpty {
            contentType = String(cString: words)
        }
        return contentType
    }

    /// The last value of a header of the final answer.
    private func header(_ name: String) -> String? {
        var found: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &found) == CURLHE_OK,
            let value = found?.pointee.value
        else { return nil }
        return String(cString: value)
    }

    /// Microseconds from the first byte sent; from the beginning where nothing was sent. The wait for a
    /// free connection is left out, for it says nothing about the destination.
    private var elapsed: Int64 {
        let total = number(CURLINFO_TOTAL_TIME_T)
        return began ? max(0, total - number(CURLINFO_PRETRANSFER_TIME_T)) : total
    }

    private func number(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        shim_getinfo_off(easy, info, &value)
        return Int64(value)
    }
}
