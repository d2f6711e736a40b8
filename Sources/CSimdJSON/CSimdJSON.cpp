#include "CSimdJSON.h"
#include <cstring>
#include <new>
#include <simdjson.h>
#include <type_traits>

#define TEXT(x) #x
#define VERSION(major, minor, revision) TEXT(major) "." TEXT(minor) "." TEXT(revision)

using namespace simdjson;

struct csimdjson_parser {
  dom::parser parser;
  explicit csimdjson_parser(size_t maximum) : parser(maximum) {}
};

static_assert(CSIMDJSON_PADDING >= SIMDJSON_PADDING, "the library reads no further than the header promises");

namespace {

// The library's cursors are a document and a position, as csimdjson_value; they are carried through C as bytes.
template <typename To, typename From> To carried(const From &from) {
  static_assert(sizeof(To) == sizeof(From) && std::is_trivially_copyable_v<From> && std::is_trivially_copyable_v<To>);
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

template <typename From> void carry(const From &from, csimdjson_value *to) {
  static_assert(sizeof(From) == sizeof *to && std::is_trivially_copyable_v<From>);
  std::memcpy(to, &from, sizeof *to);
}

dom::element element(csimdjson_value value) { return carried<dom::element>(value); }

} // namespace

extern "C" {

const char *csimdjson_version(void) {
  return VERSION(SIMDJSON_VERSION_MAJOR, SIMDJSON_VERSION_MINOR, SIMDJSON_VERSION_REVISION);
}

csimdjson_parser *csimdjson_parser_create(size_t maximum) { return new (std::nothrow) csimdjson_parser(maximum); }

void csimdjson_parser_destroy(csimdjson_parser *parser) { delete parser; }

csimdjson_status csimdjson_parse(csimdjson_parser *parser, const char *bytes, size_t count, csimdjson_value *root) {
  dom::element parsed;
  switch (parser->parser.parse(bytes, count, false).get(parsed)) {
  case SUCCESS: carry(parsed, root); return CSIMDJSON_OK;
  case UTF8_ERROR: return CSIMDJSON_INVALID_UTF8;
  case DEPTH_ERROR: return CSIMDJSON_TOO_DEEP;
  case NUMBER_ERROR: return CSIMDJSON_NUMBER_OUT_OF_RANGE;
  case MEMALLOC: return CSIMDJSON_OUT_OF_MEMORY;
  default: return CSIMDJSON_NOT_JSON;
  }
}

csimdjson_kind csimdjson_kind_of(csimdjson_value value) {
  switch (element(value).type()) {
  case dom::element_type::ARRAY: return CSIMDJSON_ARRAY;
  case dom::element_type::OBJECT: return CSIMDJSON_OBJECT;
  case dom::element_type::INT64: return CSIMDJSON_INTEGER;
  case dom::element_type::UINT64: return CSIMDJSON_UNSIGNED;
  case dom::element_type::DOUBLE: return CSIMDJSON_NUMBER;
  case dom::element_type::STRING: return CSIMDJSON_STRING;
  case dom::element_type::BOOL: return CSIMDJSON_BOOLEAN;
  case dom::element_type::NULL_VALUE: return CSIMDJSON_NULL;
  }
  return CSIMDJSON_NULL;
}

const char *csimdjson_string(csimdjson_value value, size_t *count) {
  std::string_view text;
  *count = 0;
  if (element(value).get(text) != SUCCESS) return nullptr;
  *count = text.size();
  return text.data();
}

bool csimdjson_boolean(csimdjson_value value) {
  bool result = false;
  return element(value).get(result) == SUCCESS && result;
}

int64_t csimdjson_integer(csimdjson_value value) {
  int64_t result = 0;
  return element(value).get(result) == SUCCESS ? result : 0;
}

double csimdjson_number(csimdjson_value value) {
  double result = 0;
  return element(value).get(result) == SUCCESS ? result : 0;
}

bool csimdjson_member(csimdjson_value value, const char *name, size_t count, csimdjson_value *member) {
  dom::object object;
  dom::element found;
  if (element(value).get(object) != SUCCESS) return false;
  if (object.at_key(std::string_view(name, count)).get(found) != SUCCESS) return false;
  carry(found, member);
  return true;
}

csimdjson_iterator csimdjson_iterate(csimdjson_value value) {
  csimdjson_iterator iterator = {{nullptr, 0}, {nullptr, 0}};
  dom::object object;
  dom::array array;
  if (element(value).get(object) == SUCCESS) {
    carry(object.begin(), &iterator.next);
    carry(object.end(), &iterator.end);
  } else if (element(value).get(array) == SUCCESS) {
    carry(array.begin(), &iterator.next);
    carry(array.end(), &iterator.end);
  }
  return iterator;
}

bool csimdjson_next_member(csimdjson_iterator *iterator, const char **name, size_t *count, csimdjson_value *member) {
  if (iterator->next.position >= iterator->end.position) return false;
  auto next = carried<dom::object::iterator>(iterator->next);
  std::string_view key = next.key();
  *name = key.data();
  *count = key.size();
  carry(next.value(), member);
  ++next;
  carry(next, &iterator->next);
  return true;
}

bool csimdjson_next_element(csimdjson_iterator *iterator, csimdjson_value *result) {
  if (iterator->next.position >= iterator->end.position) return false;
  auto next = carried<dom::array::iterator>(iterator->next);
  carry(*next, result);
  ++next;
  carry(next, &iterator->next);
  return true;
}
}
