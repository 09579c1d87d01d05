// libzip, for the spreadsheets that offices exchange.
#pragma once
#include <zip.h>
