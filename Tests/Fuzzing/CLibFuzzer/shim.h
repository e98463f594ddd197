#include <stddef.h>
#include <stdint.h>

// libFuzzer for programs with a `main` of their own, as the package manager wants it (llvm.org/docs/LibFuzzer.html).
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *data, size_t size));
