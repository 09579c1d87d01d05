// The yardstick: what libcurl's multi interface can do in plain C, with nothing around it.
//
//   bench-curl URL REQUESTS IN_FLIGHT BODY_BYTES [http2]
//
// Sends that many POSTs of that many bytes, so many at once, over kept connections, and prints the seconds
// they took. One thread, curl_multi_poll, easy handles used again, answers thrown away.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t swallow(char *bytes, size_t size, size_t count, void *context) {
    (void)bytes, (void)context;
    return size * count;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "bench-curl URL REQUESTS IN_FLIGHT BODY_BYTES [http2]\n");
        return 64;
    }
    const char *url = argv[1];
    long wanted = atol(argv[2]), in_flight = atol(argv[3]), bytes = atol(argv[4]);
    int http2 = argc > 5 && strcmp(argv[5], "http2") == 0;
    if (wanted < 1 || in_flight < 1 || in_flight > 4096 || bytes < 1) return 64;

    char *body = malloc((size_t)bytes);
    memset(body, 'x', (size_t)bytes);
    struct curl_slist *headers = NULL;
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");

    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, in_flight * 2);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
    long sent = 0, done = 0, failed = 0;
    for (long i = 0; i < in_flight && sent < wanted; i++, sent++) {
        CURL *easy = curl_easy_init();
        curl_easy_setopt(easy, CURLOPT_URL, url);
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)bytes);
        curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
        // The sink's certificate is its own; what TLS costs does not depend on who signed it.
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
        curl_easy_setopt(
            easy, CURLOPT_HTTP_VERSION, http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1);
        if (http2) curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
        curl_multi_add_handle(multi, easy);
    }
    double began = now();
    int running = 0;
    while (done < wanted) {
        if (curl_multi_perform(multi, &running) != CURLM_OK) return 1;
        CURLMsg *message;
        int left;
        while ((message = curl_multi_info_read(multi, &left))) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL *easy = message->easy_handle;
            long status = 0;
            curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
            curl_multi_remove_handle(multi, easy);
            if (message->data.result != CURLE_OK || status != 200) {
                // nginx may end an HTTP/2 stream that it answered before its body came.
                if (++failed * 100 > wanted) return 1;
                curl_multi_add_handle(multi, easy);
                continue;
            }
            done++;
            if (sent < wanted) {
                sent++;
                curl_multi_add_handle(multi, easy);
            } else {
                curl_easy_cleanup(easy);
            }
        }
        if (done < wanted && running > 0) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    printf("%.6f\n", now() - began);
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    free(body);
    return 0;
}
