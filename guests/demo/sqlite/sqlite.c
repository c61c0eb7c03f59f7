/*
 * Runs the SQL of the input on a database among the function's files, and answers with a line of JSON for each row.
 * The first argument is the file's path, /database.db without one. What SQL writes is gone after the call.
 */
#include <faasm/core.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#define DATABASE "/database.db"

/* No other process sees the files of a call, so they need no locks. */
#define WITHOUT_LOCKS "unix-none"

static int failed(sqlite3 *database) {
  fprintf(stderr, "%s\n", sqlite3_errmsg(database));
  return SQLITE_ERROR;
}

/* Appends the value that is bound to `quote`, as JSON. There is none of a blob: SQL has hex() for that. */
static int append_json(sqlite3_str *rows, sqlite3_stmt *quote) {
  int result = sqlite3_step(quote);
  if (result == SQLITE_ROW) sqlite3_str_appendall(rows, (const char *)sqlite3_column_text(quote, 0));
  sqlite3_reset(quote);
  return result == SQLITE_ROW ? SQLITE_OK : SQLITE_ERROR;
}

static int append_row(sqlite3_str *rows, sqlite3_stmt *statement, sqlite3_stmt *quote) {
  for (int i = 0; i < sqlite3_column_count(statement); i++) {
    sqlite3_str_appendall(rows, i == 0 ? "{" : ",");
    sqlite3_bind_text(quote, 1, sqlite3_column_name(statement, i), -1, SQLITE_TRANSIENT);
    if (append_json(rows, quote) != SQLITE_OK) return SQLITE_ERROR;
    sqlite3_str_appendall(rows, ":");
    sqlite3_bind_value(quote, 1, sqlite3_column_value(statement, i));
    if (append_json(rows, quote) != SQLITE_OK) return SQLITE_ERROR;
  }
  sqlite3_str_appendall(rows, "}\n");
  return sqlite3_str_errcode(rows);
}

/* Runs one statement of many and moves `sql`, which ends with NUL, to the next. */
static int run_next(sqlite3 *database, const char **sql, sqlite3_str *rows, sqlite3_stmt *quote) {
  sqlite3_stmt *statement;
  int result = sqlite3_prepare_v2(database, *sql, -1, &statement, sql);
  if (result != SQLITE_OK || statement == NULL) return result; /* wrong, or a comment */
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    if (append_row(rows, statement, quote) != SQLITE_OK) break;
  }
  /* The message of an error stays with the database until something else is done with it. */
  if (result == SQLITE_DONE) return sqlite3_finalize(statement);
  return SQLITE_ERROR;
}

int main(int argc, char **argv) {
  long size = faasmGetInputSize();
  char *sql = calloc((size_t)size + 1, 1);
  if (sql == NULL) return 1;
  faasmGetInput(sql, size);

  const char *path = argc > 1 ? argv[1] : DATABASE;
  sqlite3 *database;
  if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, WITHOUT_LOCKS) != SQLITE_OK) {
    fprintf(stderr, "%s: ", path);
    return failed(database);
  }
  sqlite3_str *rows = sqlite3_str_new(database);
  sqlite3_stmt *quote;
  int result = sqlite3_prepare_v2(database, "SELECT json_quote(?)", -1, &quote, NULL);
  for (const char *next = sql; result == SQLITE_OK && *next != '\0';)
    result = run_next(database, &next, rows, quote);
  if (result != SQLITE_OK) return failed(database);
  faasmSetOutput(sqlite3_str_value(rows), sqlite3_str_length(rows));
  return 0;
}
