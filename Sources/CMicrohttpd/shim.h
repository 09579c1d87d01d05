// GNU libmicrohttpd: the HTTP server of the sandbox and of the status endpoint. `MHD_start_daemon` is
// variadic: one typed wrapper. What mutual TLS needs of GnuTLS stands here too, because libmicrohttpd
// hands out its sessions.
#pragma once
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <microhttpd.h>
#include <gnutls/gnutls.h>

/// Starts a daemon with one handler and an array of further options that ends with `MHD_OPTION_END`.
/// `accept`, `completed` and `connected` may be NULL; `context` goes to every callback.
static inline struct MHD_Daemon *shim_start_daemon(
    unsigned int flags, uint16_t port, MHD_AcceptPolicyCallback accept,
    MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed,
    MHD_NotifyConnectionCallback connected, void *context, const struct MHD_OptionItem *options) {
    return MHD_start_daemon(
        flags, port, accept, context, handler, context,
        MHD_OPTION_NOTIFY_COMPLETED, completed, context,
        MHD_OPTION_NOTIFY_CONNECTION, connected, context,
        MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/// The port that the daemon listens on; 0 when it does not say.
static inline uint16_t shim_bound_port(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info ? info->port : 0;
}

/// Makes the handshake of a connection that has just begun demand a client certificate which the
/// daemon's trusted authorities signed.
static inline void shim_demand_client_certificate(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    if (!info || !info->tls_session) return;
    gnutls_session_t session = (gnutls_session_t)info->tls_session;
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert(session, (const char *)0, 0);
}
