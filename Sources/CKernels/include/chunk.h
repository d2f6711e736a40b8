// A chunk: the weights of all children of one tree node, by feature.
//
// Layout, little-endian, from a 64-byte boundary on:
//
//   header   ck_chunk_header, 16 bytes
//   buckets  2^bucket_bits + 1 row numbers: where the rows of each bucket begin
//   rows     row_count + 1 pairs (tag, first entry); the last pair closes the last row
//   columns  entry_count column numbers within the chunk
//   padding  to a multiple of 4
//   values   entry_count weights
//
// A feature's key is a bijective hash of its number with key_bits bits. Its high bucket_bits bits name the
// bucket, the others are the tag, so a tag together with its bucket identifies the feature and nothing is lost
// ("quotienting", D. Knuth, The Art of Computer Programming 3, 6.4, exercise 13). Numbers of buckets and rows
// have 16 bits, or 32 when CK_CHUNK_WIDE_ROWS is set; columns have 8 bits, or 16 with CK_CHUNK_WIDE_COLUMNS.

#ifndef CKERNELS_CHUNK_H
#define CKERNELS_CHUNK_H

#include <stddef.h>
#include <stdint.h>

enum { CK_CHUNK_WIDE_ROWS = 1, CK_CHUNK_WIDE_COLUMNS = 2 };

enum { CK_FLOAT32 = 0, CK_FLOAT16 = 1, CK_INT8 = 2 };

typedef struct {
  uint32_t row_count;
  uint32_t entry_count;
  uint8_t bucket_bits;
  uint8_t flags;
  uint8_t format;
  uint8_t key_bits;
  uint32_t reserved;
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
