// Chooses the best instruction set when the program starts.

#ifndef CKERNELS_TARGET_CLONES_H
#define CKERNELS_TARGET_CLONES_H

// Under the thread sanitizer the choice itself would be checked before the sanitizer has started, and crash.
#if defined(__x86_64__) && defined(__linux__) && !__has_feature(thread_sanitizer)
#define CK_TARGET_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_TARGET_CLONES
#endif

#endif
