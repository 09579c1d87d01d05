// GNU libmicrohttpd: the HTTP server of the sandbox. Variadic start calls get one wrapper each.
#pragma once
#include <sys/types.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <microhttpd.h>
