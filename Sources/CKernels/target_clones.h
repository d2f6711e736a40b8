// Chooses the best instruction set when the program starts.

#ifndef CKERNELS_TARGET_CLONES_H
#define CKERNELS_TARGET_CLONES_H

#if defined(__x86_64__) && defined(__linux__)
#define CK_TARGET_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define CK_TARGET_CLONES
#endif

#endif
