#ifndef LAYER_LOOP_H
#define LAYER_LOOP_H

/// Writes the files of a folder as a tar archive with libarchive, and takes the SHA-256 of each file and of the whole
/// with libcrypto: the least that making a layer of them takes.
///
/// Returns 0, or -1 where anything fails.
int layer_loop(const char *folder, const char *archive);

#endif
