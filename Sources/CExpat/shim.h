// Expat, the stream-oriented XML parser.
#pragma once
#include <expat.h>
