#include "chunk.h"
#include "target_clones.h"

#include <stdbool.h>
#include <string.h>

// Look-ups are done for many features of many chunks at once, in passes with prefetches between them, so that their
// cache misses overlap: a single one costs more than all the arithmetic of its row.
enum { FEATURES = 64, VISITS = 32, LOOKUPS = 1024 };

#define INLINE static inline __attribute__((always_inline))

// Where the parts of a chunk are.
typedef struct {
  const uint8_t *lines, *rows;
  uint32_t line_count, all_lines, row_units, key_bits;
  int wide_rows, wide_columns, format;
} parts;

// A row that was found: units of the chunk's rows, and what they are multiplied with.
typedef struct {
  uint32_t from, to;
  float factor;
} lookup;

INLINE uint32_t load(const uint8_t *array, size_t index, int wide) {
  if (wide) {
    uint32_t value;
    memcpy(&value, array + 4 * index, 4);
    return value;
  }
  uint16_t value;
  memcpy(&value, array + 2 * index, 2);
  return value;
}

INLINE float weight(const uint8_t *values, size_t index, int format) {
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

// Finds the parts of a chunk; -1 when the bytes are no chunk, or one of keys of fewer bits than `key_bits` has, the bits
// that any of the keys has: these would have lines outside.
static int32_t find_parts(const ck_chunk_visit *visit, uint32_t key_bits, parts *p) {
  ck_chunk_header header;
  if (visit->length < CK_LINE_BYTES) return -1;
  memcpy(&header, visit->chunk, sizeof header);
  if (header.layout != CK_CHUNK_LAYOUT || header.key_bits > 31 || header.format > CK_INT8) return -1;
  if (key_bits >> header.key_bits != 0) return -1;
  if (header.line_count == 0 || header.line_count > 1u << 31) return -1;
  p->wide_rows = (header.flags & CK_CHUNK_WIDE_ROWS) != 0;
  p->wide_columns = (header.flags & CK_CHUNK_WIDE_COLUMNS) != 0;
  p->format = header.format;
  p->key_bits = header.key_bits;
  p->line_count = header.line_count;
  p->row_units = header.row_units;
  const uint64_t lines = (uint64_t)header.line_count + header.overflow_count;
  if (CK_LINE_BYTES * (lines + 1) + CK_UNIT_BYTES * (uint64_t)header.row_units > visit->length) return -1;
  p->all_lines = (uint32_t)lines;
  p->lines = visit->chunk + CK_LINE_BYTES;
  p->rows = p->lines + CK_LINE_BYTES * lines;
  return 0;
}

typedef uint16_t tags16 __attribute__((vector_size(32)));
typedef uint32_t tags32 __attribute__((vector_size(32)));
typedef bool truths16 __attribute__((ext_vector_type(16)));
typedef bool truths8 __attribute__((ext_vector_type(8)));

// A bit for each number of the first half of a line that equals the tag; the last one is the control number.
INLINE uint32_t matches(const uint8_t *line, uint32_t tag, int wide) {
  if (wide) {
    tags32 tags;
    memcpy(&tags, line, sizeof tags);
    const truths8 equal = __builtin_convertvector(tags == tag, truths8);
    uint8_t bits;
    memcpy(&bits, &equal, sizeof bits);
    return bits;
  }
  tags16 tags;
  memcpy(&tags, line, sizeof tags);
  const truths16 equal = __builtin_convertvector(tags == (uint16_t)tag, truths16);
  uint16_t bits;
  memcpy(&bits, &equal, sizeof bits);
  return bits;
}

// Finds the rows of the features that have one; their number, or -1.
INLINE int32_t find_rows(const parts *p, const uint32_t *keys, const float *x, size_t n, lookup *found, int wide) {
  const size_t tags = wide ? CK_WIDE_TAGS : CK_NARROW_TAGS;
  const uint32_t number = wide ? 4 : 2;
  int32_t count = 0;
  for (size_t j = 0; j < n; j++) {
    const ck_chunk_place place = ck_chunk_place_of(keys[j], p->line_count, p->key_bits);
    // A tag of more bits than are stored has no row.
    if (!wide && place.tag > UINT16_MAX) continue;
    const uint8_t *line = p->lines + CK_LINE_BYTES * (size_t)place.line;
    for (uint32_t steps = 0;; steps++) {
      const uint32_t control = load(line, tags, wide);
      const uint32_t held = control & 15;
      if (held > tags || steps > p->all_lines) return -1;
      const uint32_t equal = matches(line, place.tag, wide) & ((1u << held) - 1);
      if (equal) {
        const uint8_t *positions = line + number * ((tags + 1) + (size_t)__builtin_ctz(equal));
        const uint32_t from = load(positions, 0, wide), to = load(positions, 1, wide);
        if (from >= to || to > p->row_units) return -1;
        found[count++] = (lookup){from, to, x[j]};
        ck_prefetch(p->rows + CK_UNIT_BYTES * (size_t)from, CK_UNIT_BYTES * (size_t)(to - from));
        break;
      }
      const uint32_t overflow = control >> 4;
      if (overflow == 0) break;
      if (overflow > p->all_lines - p->line_count) return -1;
      line = p->lines + CK_LINE_BYTES * ((size_t)p->line_count + overflow - 1);
    }
  }
  return count;
}

INLINE int32_t add_rows(const parts *p, const lookup *found, int32_t n, uint32_t width, float *block, int wide,
                        int format) {
  const uint32_t entry_bytes = (uint32_t)ck_entry_bytes(wide, format);
  const uint32_t dense_units = ck_dense_row_units(width, format);
  for (int32_t j = 0; j < n; j++) {
    const uint8_t *row = p->rows + CK_UNIT_BYTES * (size_t)found[j].from;
    const uint32_t units = found[j].to - found[j].from;
    const float factor = found[j].factor;
    if (units == dense_units) {
      for (uint32_t c = 0; c < width; c++) block[c] += factor * weight(row, c, format);
      continue;
    }
    const uint32_t entries = CK_UNIT_BYTES * units / entry_bytes;
    const uint8_t *values = row + (wide ? 2 : 1) * (size_t)entries;
    for (uint32_t i = 0; i < entries; i++) {
      const uint32_t column = wide ? load(row, i, 0) : row[i];
      if (wide && column >= width) return -1;
      block[column] += factor * weight(values, i, format);
    }
  }
  return 0;
}

INLINE int32_t multiply(const ck_chunk_visit *visits, size_t visit_count, const uint32_t *keys, const float *x,
                        size_t n) {
  parts p[VISITS];
  lookup found[LOOKUPS];
  int32_t counts[VISITS];
  uint32_t key_bits = 0;
  for (size_t j = 0; j < n; j++) key_bits |= keys[j];
  for (size_t v = 0; v < visit_count; v++) __builtin_prefetch(visits[v].chunk);
  for (size_t v = 0; v < visit_count; v++) {
    if (find_parts(&visits[v], key_bits, &p[v]) != 0) return -1;
    for (size_t j = 0; j < n; j++)
      __builtin_prefetch(p[v].lines + CK_LINE_BYTES * (size_t)((uint64_t)keys[j] * p[v].line_count >> p[v].key_bits));
  }
  for (size_t v = 0; v < visit_count; v++) {
    counts[v] = p[v].wide_rows ? find_rows(&p[v], keys, x, n, found + v * n, 1)
                               : find_rows(&p[v], keys, x, n, found + v * n, 0);
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
