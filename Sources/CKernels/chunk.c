#include "chunk.h"
#include "target_clones.h"

#include <string.h>

// Look-ups are done for many features of many chunks at once, in passes with prefetches between them, so that their
// cache misses overlap: a single one costs more than all the arithmetic of its row.
enum { FEATURES = 64, VISITS = 32, LOOKUPS = 1024 };

// Where the parts of a chunk are.
typedef struct {
  const uint8_t *buckets, *rows, *columns, *values;
  uint32_t row_count, entry_count, key_mask, tag_mask;
  unsigned shift;
  int wide_rows, wide_columns, format;
} parts;

// A feature's row: first the range of its bucket, then that of its entries.
typedef struct {
  uint32_t first, last;
  float factor;
} lookup;

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

static inline size_t value_size(int format) { return format == CK_FLOAT32 ? 4 : format == CK_FLOAT16 ? 2 : 1; }

// Asks for every cache line of array[from..<to], as no other hint says how far a row goes.
static inline __attribute__((always_inline)) void prefetch(const uint8_t *array, size_t from, size_t to) {
  const uint8_t *line = (const uint8_t *)((uintptr_t)(array + from) & ~(uintptr_t)63);
  for (; line < array + to; line += 64) __builtin_prefetch(line);
}

// Finds the parts of a chunk; -1 when the bytes are no chunk.
static int32_t find_parts(const ck_chunk_visit *visit, parts *p) {
  ck_chunk_header header;
  if (visit->length < sizeof header) return -1;
  memcpy(&header, visit->chunk, sizeof header);
  if (header.key_bits > 31 || header.bucket_bits > header.key_bits || header.format > CK_INT8) return -1;
  p->wide_rows = (header.flags & CK_CHUNK_WIDE_ROWS) != 0;
  p->wide_columns = (header.flags & CK_CHUNK_WIDE_COLUMNS) != 0;
  p->format = header.format;
  p->row_count = header.row_count;
  p->entry_count = header.entry_count;
  p->shift = header.key_bits - header.bucket_bits;
  p->tag_mask = ((uint32_t)1 << p->shift) - 1;
  p->key_mask = ((uint32_t)1 << header.key_bits) - 1;
  const size_t number = p->wide_rows ? 4 : 2;
  p->buckets = visit->chunk + sizeof header;
  p->rows = p->buckets + number * (((size_t)1 << header.bucket_bits) + 1);
  p->columns = p->rows + 2 * number * ((size_t)header.row_count + 1);
  const size_t values_at = (size_t)(p->columns - visit->chunk) + (p->wide_columns ? 2 : 1) * (size_t)header.entry_count;
  p->values = visit->chunk + ((values_at + 3) & ~(size_t)3);
  const size_t size = (size_t)(p->values - visit->chunk) + value_size(p->format) * header.entry_count;
  return size <= visit->length ? 0 : -1;
}

static inline __attribute__((always_inline)) void read_buckets(const parts *p, const uint32_t *keys, size_t n,
                                                               lookup *found, int wide) {
  for (size_t j = 0; j < n; j++) {
    const uint32_t bucket = (keys[j] & p->key_mask) >> p->shift;
    found[j].first = load(p->buckets, bucket, wide);
    found[j].last = load(p->buckets, bucket + 1, wide);
    __builtin_prefetch(p->rows + (wide ? 8 : 4) * (size_t)found[j].first);
  }
}

// Moves the look-ups whose feature has a row to the front; their number, or -1.
static inline __attribute__((always_inline)) int32_t read_rows(const parts *p, const uint32_t *keys, const float *x,
                                                               size_t n, lookup *found, int wide) {
  int32_t count = 0;
  for (size_t j = 0; j < n; j++) {
    const uint32_t tag = keys[j] & p->tag_mask;
    const uint32_t end = found[j].last < p->row_count ? found[j].last : p->row_count;
    for (uint32_t r = found[j].first; r < end; r++) {
      if (load(p->rows, 2 * (size_t)r, wide) != tag) continue;
      const uint32_t from = load(p->rows, 2 * (size_t)r + 1, wide);
      const uint32_t to = load(p->rows, 2 * (size_t)r + 3, wide);
      if (to > p->entry_count) return -1;
      // count <= j, so a look-up that is still to be read is never overwritten.
      found[count++] = (lookup){from, to, x[j]};
      prefetch(p->columns, (p->wide_columns ? 2 : 1) * (size_t)from, (p->wide_columns ? 2 : 1) * (size_t)to);
      prefetch(p->values, value_size(p->format) * from, value_size(p->format) * to);
      break;
    }
  }
  return count;
}

static inline __attribute__((always_inline)) int32_t add_rows(const parts *p, const lookup *found, int32_t n,
                                                              uint32_t width, float *block, int wide, int format) {
  for (int32_t j = 0; j < n; j++) {
    const float factor = found[j].factor;
    for (uint32_t i = found[j].first; i < found[j].last; i++) {
      const uint32_t column = wide ? load(p->columns, i, 0) : p->columns[i];
      if (wide && column >= width) return -1;
      block[column] += factor * weight(p->values, i, format);
    }
  }
  return 0;
}

static inline __attribute__((always_inline)) int32_t multiply(const ck_chunk_visit *visits, size_t visit_count,
                                                              const uint32_t *keys, const float *x, size_t n) {
  parts p[VISITS];
  lookup found[LOOKUPS];
  int32_t counts[VISITS];
  for (size_t v = 0; v < visit_count; v++) __builtin_prefetch(visits[v].chunk);
  for (size_t v = 0; v < visit_count; v++) {
    if (find_parts(&visits[v], &p[v]) != 0) return -1;
    for (size_t j = 0; j < n; j++)
      __builtin_prefetch(p[v].buckets + (p[v].wide_rows ? 4 : 2) * (size_t)((keys[j] & p[v].key_mask) >> p[v].shift));
  }
  for (size_t v = 0; v < visit_count; v++) {
    if (p[v].wide_rows) read_buckets(&p[v], keys, n, found + v * n, 1);
    else read_buckets(&p[v], keys, n, found + v * n, 0);
  }
  for (size_t v = 0; v < visit_count; v++) {
    counts[v] = p[v].wide_rows ? read_rows(&p[v], keys, x, n, found + v * n, 1)
                               : read_rows(&p[v], keys, x, n, found + v * n, 0);
    if (counts[v] < 0) return -1;
  }
  for (size_t v = 0; v < visit_count; v++) {
    const lookup *rows = found + v * n;
    int32_t status;
#define ADD(wide, format) status = add_rows(&p[v], rows, counts[v], visits[v].width, visits[v].block, wide, format)
    if (p[v].wide_columns) {
      if (p[v].format == CK_FLOAT32) ADD(1, CK_FLOAT32);
      else if (p[v].format == CK_FLOAT16) ADD(1, CK_FLOAT16);
      else ADD(1, CK_INT8);
    } else {
      if (p[v].format == CK_FLOAT32) ADD(0, CK_FLOAT32);
      else if (p[v].format == CK_FLOAT16) ADD(0, CK_FLOAT16);
      else ADD(0, CK_INT8);
    }
#undef ADD
    if (status != 0) return -1;
  }
  return 0;
}

CK_TARGET_CLONES
int32_t ck_chunks_multiply(const ck_chunk_visit *visits, size_t visit_count, const uint32_t *keys,
                           const float *values, size_t count) {
  for (size_t base = 0; base < count; base += FEATURES) {
    const size_t n = count - base < FEATURES ? count - base : FEATURES;
    const size_t together = LOOKUPS / n < VISITS ? LOOKUPS / n : VISITS;
    for (size_t v = 0; v < visit_count; v += together) {
      const size_t visited = visit_count - v < together ? visit_count - v : together;
      if (multiply(visits + v, visited, keys + base, values + base, n) != 0) return -1;
    }
  }
  return 0;
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
