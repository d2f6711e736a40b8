#include "preference_bank.h"
#include "target_clones.h"

// SplitMix64 (S. Vigna) started for each customer: draws do not wait for one another, nor for the walk.
static const uint64_t STEP = 0x9E3779B97F4A7C15u;

static inline uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline uint32_t pick(const ck_alias *table, uint32_t columns, uint64_t draw) {
  const ck_alias *const column = table + (((draw >> 32) * columns) >> 32);
  // Both candidates are loaded, so that the choice needs no branch.
  const uint32_t here = column->here, other = column->other;
  return (uint32_t)draw < column->cut ? here : other;
}

static inline uint32_t jump(const ck_walk *chain, uint32_t state, uint64_t draw) {
  const uint32_t begin = chain->offsets[state];
  return pick(chain->rows + begin, chain->offsets[state + 1] - begin, draw);
}

// A customer who went on so often leaves: a chain whose customers hardly ever do must not keep the program for ever.
enum { MOST_STEPS = 4096 };

// Customers that walk side by side: a processor waits for the table of one while it computes others.
enum { FLOCK = 32 };

int32_t ck_walk_customers(ck_walk chain, uint64_t key, uint32_t first_customer, size_t count, size_t room,
                          uint32_t *lists, uint32_t *lengths) {
  const uint32_t leaving = chain.products;
  for (size_t base = 0; base < count; base += FLOCK) {
    const size_t size = count - base < FLOCK ? count - base : FLOCK;
    uint32_t who[FLOCK], state[FLOCK];
    uint64_t seed[FLOCK];
    size_t active = 0;
    for (size_t c = 0; c < size; c++) {
      // Streams of one path begin STEP-multiples of odd numbers apart, mixed, so that they do not overlap.
      const uint64_t start = mix(key + STEP * (2 * (first_customer + base + c) + 1));
      const uint32_t wish = pick(chain.first, leaving + 1, mix(start));
      lists[(base + c) * room] = wish;
      lengths[base + c] = chain.allowed[wish];
      who[active] = (uint32_t)(base + c);
      state[active] = wish;
      seed[active] = start;
      active += wish != leaving;
    }
    for (uint32_t step = 0; active > 0 && step < MOST_STEPS; step++) {
      size_t still = 0;
      for (size_t a = 0; a < active; a++) {
        const uint32_t c = who[a];
        const uint64_t z = seed[a] + STEP;
        const uint32_t next = jump(&chain, state[a], mix(z));
        const uint32_t length = lengths[c];
        // Written in any case, counted if allowed: no branch that a processor could guess wrongly.
        lists[(size_t)c * room + length] = next;
        lengths[c] = length + chain.allowed[next];
        if (length + 1 == room) return 1;
        who[still] = c;
        state[still] = next;
        seed[still] = z;
        still += next != leaving;
      }
      active = still;
    }
  }
  return 0;
}

void ck_serve(const uint32_t *items, const uint32_t *starts, size_t customers, int32_t *left, uint32_t *taken) {
  if (taken) {
    for (size_t t = 0; t < customers; t++) {
      uint32_t k = starts[t];
      while (left[items[k]] == 0) k++;
      left[items[k]]--;
      taken[t] = k;
    }
  } else {
    for (size_t t = 0; t < customers; t++) {
      uint32_t k = starts[t];
      while (left[items[k]] == 0) k++;
      left[items[k]]--;
    }
  }
}

void ck_unit_margins(const uint32_t *items, const uint32_t *starts, size_t customers, uint32_t end,
                     const double *prices, int32_t *left, const uint32_t *taken, double *gain, double *loss) {
  for (size_t t = customers; t-- > 0;) {
    uint32_t k = starts[t];
    const uint32_t q = taken[t];
    const uint32_t got = items[q];
    // The end of a list costs nothing and is never short: gain and price of it are 0.
    const double freed = gain[got] - prices[got];
    // Everything before was sold out: a unit of it would have been taken, and what was taken stays for others.
    for (; k < q; k++) gain[items[k]] = prices[items[k]] + freed;
    if (left[got] == 0) {
      // This sale took the last unit; without it the customer goes on to what is left.
      uint32_t next = q + 1;
      while (left[items[next]] == 0) next++;
      const uint32_t instead = items[next];
      loss[got] = prices[got] - (instead == end ? 0 : prices[instead] - loss[instead]);
    }
    left[got]++;
  }
}

uint64_t ck_simulate(ck_walk chain, uint64_t key, size_t customers, int32_t *left) {
  const uint32_t leaving = chain.products;
  uint64_t jumps = 0;
  // First wishes do not depend on what is left, so they are drawn ahead.
  enum { AHEAD = 256 };
  uint32_t wishes[AHEAD];
  for (size_t base = 0; base < customers; base += AHEAD) {
    const size_t size = customers - base < AHEAD ? customers - base : AHEAD;
    for (size_t c = 0; c < size; c++) {
      const uint64_t start = mix(key + STEP * (2 * (base + c) + 1));
      wishes[c] = pick(chain.first, leaving + 1, mix(start));
    }
    for (size_t c = 0; c < size; c++) {
      uint32_t state = wishes[c];
      // Leaving never runs out.
      if (left[state] == 0) {
        uint64_t z = mix(key + STEP * (2 * (base + c) + 1));
        uint32_t steps = 0;
        do {
          z += STEP;
          state = steps++ < MOST_STEPS ? jump(&chain, state, mix(z)) : leaving;
        } while (left[state] == 0);
        jumps += steps;
      }
      left[state]--;
    }
  }
  return jumps;
}

double ck_best_on_lists(const uint32_t *items, const uint32_t *starts, size_t customers, uint32_t end,
                        const double *worth, double *taken) {
  double sum = 0;
  for (size_t t = 0; t < customers; t++) {
    uint32_t best = end;
    double most = 0;
    for (uint32_t k = starts[t]; items[k] != end; k++) {
      const double here = worth[items[k]];
      if (here > most) {
        most = here;
        best = items[k];
      }
    }
    sum += most;
    taken[best] += 1;
  }
  return sum;
}
