// libcurl. `curl_easy_setopt` and `curl_easy_getinfo` are variadic: one typed wrapper per argument kind.
#pragma once
#include <curl/curl.h>

static inline CURLcode shim_setopt_long(CURL *h, CURLoption o, long v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode shim_setopt_off(CURL *h, CURLoption o, curl_off_t v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode shim_setopt_string(CURL *h, CURLoption o, const char *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode shim_setopt_pointer(CURL *h, CURLoption o, const void *v) { return curl_easy_setopt(h, o, v); }
static inline CURLcode shim_setopt_list(CURL *h, CURLoption o, struct curl_slist *v) { return curl_easy_setopt(h, o, v); }
typedef size_t (*shim_write_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode shim_setopt_write(CURL *h, CURLoption o, shim_write_callback v) { return curl_easy_setopt(h, o, v); }
typedef int (*shim_prerequest_callback)(void *context, char *remote, char *local, int remote_port, int local_port);
static inline CURLcode shim_setopt_prerequest(CURL *h, CURLoption o, shim_prerequest_callback v) { return curl_easy_setopt(h, o, v); }

static inline CURLcode shim_setopt_share(CURL *h, CURLSH *v) { return curl_easy_setopt(h, CURLOPT_SHARE, v); }
static inline CURLSHcode shim_share_cookies(CURLSH *s) { return curl_share_setopt(s, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE); }
static inline CURLcode shim_getinfo_cookies(CURL *h, struct curl_slist **v) { return curl_easy_getinfo(h, CURLINFO_COOKIELIST, v); }

static inline CURLcode shim_getinfo_long(CURL *h, CURLINFO i, long *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode shim_getinfo_off(CURL *h, CURLINFO i, curl_off_t *v) { return curl_easy_getinfo(h, i, v); }
static inline CURLcode shim_getinfo_pointer(CURL *h, CURLINFO i, void **v) { return curl_easy_getinfo(h, i, (char **)v); }

static inline CURLMcode shim_multi_setopt_long(CURLM *m, CURLMoption o, long v) { return curl_multi_setopt(m, o, v); }

/// CURL_GLOBAL_DEFAULT is a compound macro, which Swift cannot see.
static inline CURLcode shim_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

/// The next finished transfer, its result through `result`; NULL when none is left.
static inline CURL *shim_multi_next_completion(CURLM *m, CURLcode *result) {
    int left;
    CURLMsg *message;
    while ((message = curl_multi_info_read(m, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return (CURL *)0;
}
