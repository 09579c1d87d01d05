// libpq, PostgreSQL's C client.
#pragma once
#include <libpq-fe.h>
