// The part of OpenSSL's libcrypto that the daemon uses: digests, HMAC, AES-256-GCM, random bytes.
#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/crypto.h>
