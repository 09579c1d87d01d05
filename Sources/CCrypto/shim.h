// The part of OpenSSL's libcrypto that the daemon uses: digests, HMAC, AES-256-GCM, random bytes, and when a
// certificate ends.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/crypto.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
