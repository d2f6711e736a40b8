// A chunk: the weights of the children of one tree node (or of all nodes of a small level), by feature.
//
// Layout, little-endian, from a 64-byte boundary on:
//
//   header   ck_chunk_header, padded to 64 bytes
//   lines    line_count + overflow_count cache lines of 64 bytes that say where the rows are
//   rows     row_units units of 2 bytes
//
// A feature's key is a bijective hash of its number with key_bits bits. Its line is key * line_count >> key_bits; the
// other bits of that product, shifted right by floor(log2(line_count)), are its tag, so a tag together with its line
// identifies the feature and nothing is lost ("quotienting", D. Knuth, The Art of Computer Programming 3, 6.4,
// exercise 13). A line holds up to 15 tags of 16 bits, a control number, and 16 positions in units: where the row of
// each tag begins and where the last one ends. With CK_CHUNK_WIDE_ROWS numbers have 32 bits, and there are 7 tags and 8
// positions. The lowest 4 bits of the control number are the number of tags; the others, if not 0, are 1 + the number
// of the overflow line where more tags are.
//
// A row is the columns of its entries, their values, and padding to a whole unit. Columns have 8 bits, or 16 with
// CK_CHUNK_WIDE_COLUMNS. The number of entries follows from the number of units, as an entry is at least one unit. A row
// of exactly ck_dense_row_units units has a value for every column and no list of columns.
//
// So a feature that has no row costs one cache line, and a short row one more.

#ifndef CKERNELS_CHUNK_H
#define CKERNELS_CHUNK_H

#include <stddef.h>
#include <stdint.h>

enum { CK_CHUNK_WIDE_ROWS = 1, CK_CHUNK_WIDE_COLUMNS = 2 };

enum { CK_FLOAT32 = 0, CK_FLOAT16 = 1, CK_INT8 = 2 };

enum { CK_CHUNK_LAYOUT = 3, CK_LINE_BYTES = 64, CK_UNIT_BYTES = 2, CK_NARROW_TAGS = 15, CK_WIDE_TAGS = 7 };

typedef struct {
  uint32_t line_count;
  uint32_t overflow_count;
  uint32_t row_units;
  uint8_t key_bits;
  uint8_t flags;
  uint8_t format;
  /// CK_CHUNK_LAYOUT.
  uint8_t layout;
} ck_chunk_header;

/// A chunk that a query looks at, and where its product goes.
typedef struct {
  /// The chunk's bytes.
  const uint8_t *chunk;
  /// Their number.
  size_t length;
  /// Number of the chunk's columns.
  uint32_t width;
  /// At least max(width, 256) floats that may be written; entries of columns at or above `width` land there or are
  /// refused.
  float *block;
} ck_chunk_visit;

/// Adds chunk times x to the block of every visit.
///
/// keys, values: hashed features of x and their values, count of them. The sum of a block is taken in the order of
/// the features, whatever other visits there are. Returns 0, or -1 when the bytes of a visit are not a chunk (nothing
/// outside the given memory is touched).
int32_t ck_chunks_multiply(const ck_chunk_visit *visits, size_t visit_count, const uint32_t *keys,
                           const float *values, size_t count);

/// Where a key is looked for.
typedef struct {
  uint32_t line;
  uint32_t tag;
} ck_chunk_place;

/// The place of a key of key_bits bits in a chunk of line_count lines, at least 1.
static inline ck_chunk_place ck_chunk_place_of(uint32_t key, uint32_t line_count, uint32_t key_bits) {
  const uint64_t product = (uint64_t)key * line_count;
  const uint32_t rest = (uint32_t)(product & (((uint64_t)1 << key_bits) - 1));
  return (ck_chunk_place){(uint32_t)(product >> key_bits), rest >> (31 - __builtin_clz(line_count))};
}

/// The key of a place; any number where no key has that place.
static inline uint32_t ck_chunk_key_at(ck_chunk_place place, uint32_t line_count, uint32_t key_bits) {
  const uint64_t least = ((uint64_t)place.line << key_bits) | ((uint64_t)place.tag << (31 - __builtin_clz(line_count)));
  return (uint32_t)((least + line_count - 1) / line_count);
}

/// Bytes of a value.
static inline size_t ck_value_bytes(int format) { return format == CK_FLOAT32 ? 4 : format == CK_FLOAT16 ? 2 : 1; }

/// Bytes of an entry of a row that lists its columns.
static inline size_t ck_entry_bytes(int wide_columns, int format) {
  return (wide_columns ? 2 : 1) + ck_value_bytes(format);
}

/// Units of a row with a value for each of width columns.
static inline uint32_t ck_dense_row_units(uint32_t width, int format) {
  return (uint32_t)((ck_value_bytes(format) * width + CK_UNIT_BYTES - 1) / CK_UNIT_BYTES);
}

/// Asks for memory that will be read soon.
static inline void ck_prefetch(const void *start, size_t bytes) {
  const char *line = (const char *)((uintptr_t)start & ~(uintptr_t)(CK_LINE_BYTES - 1));
  for (; line < (const char *)start + bytes; line += CK_LINE_BYTES) __builtin_prefetch(line);
}

/// The number nearest to x with half precision, as its bits; beyond its range the largest one.
uint16_t ck_float16_bits(float x);

/// The number that the bits of half precision stand for.
static inline float ck_float16_value(uint16_t bits) {
  union { uint32_t u; float f; } magnitude = {(uint32_t)(bits & 0x7fff) << 13}, result;
  magnitude.f *= 0x1p112f;
  result.u = magnitude.u | (uint32_t)(bits & 0x8000) << 16;
  return result.f;
}

#endif
