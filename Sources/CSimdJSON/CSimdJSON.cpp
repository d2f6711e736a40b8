#include "CSimdJSON.h"
#include <simdjson.h>

#define TEXT(x) #x
#define VERSION(major, minor, revision) TEXT(major) "." TEXT(minor) "." TEXT(revision)

extern "C" const char *csimdjson_version(void) {
  return VERSION(SIMDJSON_VERSION_MAJOR, SIMDJSON_VERSION_MINOR, SIMDJSON_VERSION_REVISION);
}
