#include "chunk.h"
#include "target_clones.h"

#include <string.h>

// Lookups are done for this many features at once, in four passes with prefetches between them, so that their
// cache misses overlap.
enum { GROUP = 64 };

static inline __attribute__((always_inline)) uint32_t load(const uint8_t *array, size_t index, int wide) {
  if (wide) {
    uint32_t value;
    memcpy(&value, array + 4 * index, 4);
    return value;
  }
  uint16_t value;
  memcpy(&value, array + 2 * index, 2);
  return value;
}

static inline __attribute__((always_inline)) float weight(const uint8_t *values, size_t index, int format) {
  if (format == CK_FLOAT16) {
    uint16_t bits;
    memcpy(&bits, values + 2 * index, 2);
    return ck_float16_value(bits);
  }
  if (format == CK_INT8) return (float)(int8_t)values[index];
  float value;
  memcpy(&value, values + 4 * index, 4);
  return value;
}

static inline __attribute__((always_inline)) int32_t multiply(const uint8_t *chunk, size_t length, uint32_t width,
                                                              const uint32_t *keys, const float *x, size_t count,
                                                              float *block, int wide_rows, int wide_columns,
                                                              int format) {
  ck_chunk_header header;
  memcpy(&header, chunk, sizeof header);
  const size_t number = wide_rows ? 4 : 2, column_size = wide_columns ? 2 : 1;
  const size_t value_size = format == CK_FLOAT32 ? 4 : format == CK_FLOAT16 ? 2 : 1;
  const size_t rows = header.row_count, entries = header.entry_count;
  if (header.bucket_bits > 31 || header.key_bits > 31 || header.bucket_bits > header.key_bits) return -1;
  const size_t bucket_count = (size_t)1 << header.bucket_bits;
  const uint8_t *buckets = chunk + sizeof header;
  const uint8_t *row = buckets + number * (bucket_count + 1);
  const uint8_t *columns = row + 2 * number * (rows + 1);
  const size_t values_at = (size_t)(columns - chunk) + column_size * entries;
  const uint8_t *values = chunk + ((values_at + 3) & ~(size_t)3);
  if ((size_t)(values - chunk) + value_size * entries > length) return -1;

  const unsigned shift = header.key_bits - header.bucket_bits;
  const uint32_t tag_mask = ((uint32_t)1 << shift) - 1, key_mask = (((uint32_t)1 << header.key_bits) - 1);
  for (size_t base = 0; base < count; base += GROUP) {
    const size_t n = count - base < GROUP ? count - base : GROUP;
    uint32_t first[GROUP], last[GROUP];
    float factor[GROUP];
    for (size_t j = 0; j < n; j++)
      __builtin_prefetch(buckets + number * ((keys[base + j] & key_mask) >> shift));
    for (size_t j = 0; j < n; j++) {
      const uint32_t bucket = (keys[base + j] & key_mask) >> shift;
      first[j] = load(buckets, bucket, wide_rows);
      last[j] = load(buckets, bucket + 1, wide_rows);
      __builtin_prefetch(row + 2 * number * first[j]);
    }
    size_t found = 0;
    for (size_t j = 0; j < n; j++) {
      const uint32_t tag = keys[base + j] & tag_mask;
      const uint32_t end = last[j] < rows ? last[j] : (uint32_t)rows;
      for (uint32_t r = first[j]; r < end; r++) {
        if (load(row, 2 * (size_t)r, wide_rows) != tag) continue;
        const uint32_t from = load(row, 2 * (size_t)r + 1, wide_rows);
        const uint32_t to = load(row, 2 * (size_t)r + 3, wide_rows);
        if (to > entries) return -1;
        // found <= j, so the ranges still to be read are never overwritten.
        first[found] = from;
        last[found] = to;
        factor[found++] = x[base + j];
        __builtin_prefetch(columns + column_size * from);
        __builtin_prefetch(values + value_size * from);
        break;
      }
    }
    for (size_t j = 0; j < found; j++) {
      const float f = factor[j];
      for (uint32_t i = first[j]; i < last[j]; i++) {
        uint32_t column;
        if (wide_columns) {
          uint16_t c;
          memcpy(&c, columns + 2 * (size_t)i, 2);
          if (c >= width) return -1;
          column = c;
        } else {
          column = columns[i];
        }
        block[column] += f * weight(values, i, format);
      }
    }
  }
  return 0;
}

CK_TARGET_CLONES
int32_t ck_chunk_multiply(const uint8_t *chunk, size_t length, uint32_t width, const uint32_t *keys,
                          const float *values, size_t count, float *block) {
  if (length < sizeof(ck_chunk_header)) return -1;
  ck_chunk_header header;
  memcpy(&header, chunk, sizeof header);
#define CASE(rows, columns, format)                                                                          \
  case (rows) | (columns) << 1 | (format) << 2:                                                              \
    return multiply(chunk, length, width, keys, values, count, block, rows, columns, format);
  switch ((header.flags & 3) | header.format << 2) {
    CASE(0, 0, CK_FLOAT32) CASE(0, 0, CK_FLOAT16) CASE(0, 0, CK_INT8)
    CASE(1, 0, CK_FLOAT32) CASE(1, 0, CK_FLOAT16) CASE(1, 0, CK_INT8)
    CASE(0, 1, CK_FLOAT32) CASE(0, 1, CK_FLOAT16) CASE(0, 1, CK_INT8)
    CASE(1, 1, CK_FLOAT32) CASE(1, 1, CK_FLOAT16) CASE(1, 1, CK_INT8)
    default: return -1;
  }
#undef CASE
}

uint16_t ck_float16_bits(float x) {
  union { float f; uint32_t u; } in = {x}, scaled;
  const uint32_t sign = in.u >> 16 & 0x8000;
  in.u &= 0x7fffffff;
  if (in.f >= 65520.0f) return (uint16_t)(sign | 0x7bff);
  if (in.f < 0x1p-14f) {
    // Subnormal: adding 2^-1 puts the result's last place where a half's last place is, rounded to even.
    scaled.f = in.f + 0.5f;
    return (uint16_t)(sign | (scaled.u - 0x3f000000));
  }
  const uint32_t rounded = in.u + 0xfff + (in.u >> 13 & 1);
  return (uint16_t)(sign | ((rounded - 0x38000000) >> 13));
}
