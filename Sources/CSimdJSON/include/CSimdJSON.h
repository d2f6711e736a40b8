#ifndef CSIMDJSON_H
#define CSIMDJSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How many readable bytes must follow a document in memory; what they hold does not matter.
enum { CSIMDJSON_PADDING = 64 };

/// A parser that reuses its memory for one document after the other.
typedef struct csimdjson_parser csimdjson_parser;

/// A value inside the parser's current document; invalid once the parser takes another document.
typedef struct {
  const void *document;
  size_t position;
} csimdjson_value;

/// Members of an object or elements of an array that were not visited yet.
typedef struct {
  csimdjson_value next;
  csimdjson_value end;
} csimdjson_iterator;

typedef enum {
  CSIMDJSON_NULL,
  CSIMDJSON_BOOLEAN,
  /// A whole number that a signed 64-bit integer holds.
  CSIMDJSON_INTEGER,
  /// A whole number that only an unsigned 64-bit integer holds.
  CSIMDJSON_UNSIGNED,
  CSIMDJSON_NUMBER,
  CSIMDJSON_STRING,
  CSIMDJSON_ARRAY,
  CSIMDJSON_OBJECT,
} csimdjson_kind;

typedef enum {
  CSIMDJSON_OK,
  CSIMDJSON_INVALID_UTF8,
  CSIMDJSON_TOO_DEEP,
  CSIMDJSON_NUMBER_OUT_OF_RANGE,
  CSIMDJSON_OUT_OF_MEMORY,
  CSIMDJSON_NOT_JSON,
} csimdjson_status;

/// The version of the simdjson library this was built against, as "major.minor.revision".
const char *csimdjson_version(void);

/// A new parser for documents of at most `maximum` bytes, or null when there is no memory.
csimdjson_parser *csimdjson_parser_create(size_t maximum);

/// Frees a parser and its document.
void csimdjson_parser_destroy(csimdjson_parser *parser);

/// Parses and checks a whole document; `bytes` are followed by `CSIMDJSON_PADDING` readable bytes.
csimdjson_status csimdjson_parse(csimdjson_parser *parser, const char *bytes, size_t count, csimdjson_value *root);

csimdjson_kind csimdjson_kind_of(csimdjson_value value);

/// The text of a string: valid UTF-8, not ended by NUL; null and 0 for another kind.
const char *csimdjson_string(csimdjson_value value, size_t *count);

/// The value of a boolean, integer or number of any of the three kinds; false, 0 for another kind.
bool csimdjson_boolean(csimdjson_value value);
int64_t csimdjson_integer(csimdjson_value value);
double csimdjson_number(csimdjson_value value);

/// The first member of an object with that name; false where there is none.
bool csimdjson_member(csimdjson_value object, const char *name, size_t count, csimdjson_value *member);

/// The members of an object or the elements of an array; nothing for another kind.
csimdjson_iterator csimdjson_iterate(csimdjson_value value);

/// Takes the next member: its name and value.
bool csimdjson_next_member(csimdjson_iterator *iterator, const char **name, size_t *count, csimdjson_value *member);

/// Takes the next element of an array.
bool csimdjson_next_element(csimdjson_iterator *iterator, csimdjson_value *element);

#ifdef __cplusplus
}
#endif
#endif
