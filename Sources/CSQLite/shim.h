// SQLite. Macros that Swift cannot import are one inline function each, named for what they do.
#pragma once
#include <malloc.h>
#include <sqlite3.h>

/// Binds text that SQLite copies before the call returns (`SQLITE_TRANSIENT`).
static inline int shim_bind_text_copy(sqlite3_stmt *s, int i, const char *bytes, int count) {
    return sqlite3_bind_text(s, i, bytes, count, SQLITE_TRANSIENT);
}
/// Binds a blob that SQLite copies before the call returns (`SQLITE_TRANSIENT`).
static inline int shim_bind_blob_copy(sqlite3_stmt *s, int i, const void *bytes, int count) {
    return sqlite3_bind_blob(s, i, bytes, count, SQLITE_TRANSIENT);
}
/// Binds bytes that stay valid and unchanged until the statement is reset (`SQLITE_STATIC`).
static inline int shim_bind_text_static(sqlite3_stmt *s, int i, const char *bytes, int count) {
    return sqlite3_bind_text(s, i, bytes, count, SQLITE_STATIC);
}
static inline int shim_bind_blob_static(sqlite3_stmt *s, int i, const void *bytes, int count) {
    return sqlite3_bind_blob(s, i, bytes, count, SQLITE_STATIC);
}
/// Turns SQLite's memory statistics off: they cost a lock for every allocation. Before any other call.
static inline int shim_keep_no_memory_statistics(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
/// Refuses double-quoted string literals, so that a misspelt column is an error, not a string.
static inline int shim_refuse_double_quoted_strings(sqlite3 *db) {
    int rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, (void *)0);
    return rc ? rc : sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, (void *)0);
}
/// Frees what a connection keeps in memory without needing it, and has `malloc` return whole free pages to the
/// system: freed alone, they stay the process's.
static inline void shim_give_memory_back(sqlite3 *db) {
    sqlite3_db_release_memory(db);
    malloc_trim(0);
}
