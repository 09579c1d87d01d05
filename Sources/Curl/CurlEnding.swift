internal import CCurl
internal import Wire

/// A libcurl code with libcurl's own word for it.
struct CurlRefusal: Error {
    let words: String
    init(_ code: CURLcode) { words = String(cString: curl_easy_strerror(code)) }
}

/// What an exchange that ended without a whole answer means to a courier.
struct CurlEnding {
    let code: CURLcode
    /// libcurl had a connection and began to send.
    let began: Bool
    /// The answer passed its cap.
    let overflowed: Bool
    /// libcurl's words, where its code does not say enough.
    let words: String
    /// The request's whole time-out is over, and not only the one for connecting.
    let timeoutOver: Bool

    var kind: HTTPFailure.Kind {
        if overflowed { return .tooLarge }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return began || timeoutOver ? .timedOut : .unreachable
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge
        case CURLE_SSL_CONNECT_ERROR: return isTLSRefusal ? .insecure : .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            return .insecure
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
            CURLE_PROXY:
            return began ? .interrupted : .unreachable
        default: return began ? afterSending : beforeSending
        }
    }

    /// OpenSSL's own complaint, and not a connection that was cut while TLS was being agreed on.
    private var isTLSRefusal: Bool {
        words.contains("SSL routines") && !words.contains("unexpected eof")
    }

    private var afterSending: HTTPFailure.Kind {
        switch code {
        // TLS 1.3 refuses our certificate only after we may have begun to send.
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            isTLSRefusal && words.contains("alert") ? .insecure : .interrupted
        // Not HTTP, an HTTP that libcurl does not speak, a body that is not what its encoding says.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
            CURLE_WRITE_ERROR:
            .malformed
        default: .interrupted
        }
    }

    private var beforeSending: HTTPFailure.Kind {
        switch code {
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE,
            CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_WEIRD_SERVER_REPLY, CURLE_AGAIN,
            CURLE_INTERFACE_FAILED:
            // A proxy that refuses the tunnel, a connection cut before it was ready.
            .unreachable
        default:
            // No URL, a scheme that is not allowed, a certificate or key file that OpenSSL cannot use.
            .unsendable
        }
    }
}

extension HTTPExchange {
    /// The end of an exchange of which no byte was sent.
    func unsent(_ kind: HTTPFailure.Kind, _ refusal: CurlRefusal) -> HTTPCompletion {
        HTTPCompletion(
            token: token,
            result: .failure(
                HTTPFailure(kind: kind, mayHaveArrived: false, detail: refusal.words)),
            elapsedMicroseconds: 0)
    }

    /// The end of an exchange that the loop's closing left unsent.
    var cancelled: HTTPCompletion { unsent(.cancelled, CurlRefusal(CURLE_ABORTED_BY_CALLBACK)) }
}
