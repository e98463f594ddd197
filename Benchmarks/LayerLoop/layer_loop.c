#include "layer_loop.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fts.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct sink {
    int file;
    EVP_MD_CTX *whole;
};

static la_ssize_t put(struct archive *archive, void *context, const void *bytes, size_t count) {
    (void)archive;
    struct sink *sink = context;
    if (EVP_DigestUpdate(sink->whole, bytes, count) != 1) return -1;
    return write(sink->file, bytes, count);
}

static int by_name(const FTSENT **left, const FTSENT **right) {
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

static int add(struct archive *archive, struct archive_entry *entry, EVP_MD_CTX *one, FTSENT *item, size_t skip) {
    static char buffer[128 << 10];
    unsigned char digest[EVP_MAX_MD_SIZE];
    archive_entry_clear(entry);
    archive_entry_set_pathname(entry, item->fts_path + skip);
    archive_entry_set_mode(entry, S_IFREG | 0644);
    archive_entry_set_size(entry, item->fts_statp->st_size);
    if (archive_write_header(archive, entry) != ARCHIVE_OK) return -1;
    int file = open(item->fts_accpath, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    EVP_DigestInit_ex(one, EVP_sha256(), NULL);
    ssize_t count;
    while ((count = read(file, buffer, sizeof buffer)) > 0) {
        EVP_DigestUpdate(one, buffer, (size_t)count);
        if (archive_write_data(archive, buffer, (size_t)count) != count) break;
    }
    close(file);
    EVP_DigestFinal_ex(one, digest, NULL);
    return count == 0 ? 0 : -1;
}

int layer_loop(const char *folder, const char *path) {
    struct sink sink = {open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), EVP_MD_CTX_new()};
    EVP_MD_CTX *one = EVP_MD_CTX_new();
    struct archive *archive = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    char *roots[] = {(char *)folder, NULL};
    FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
    int result = sink.file >= 0 && walk ? 0 : -1;
    EVP_DigestInit_ex(sink.whole, EVP_sha256(), NULL);
    archive_write_set_format_pax_restricted(archive);
    archive_write_set_bytes_per_block(archive, 128 << 10);
    archive_write_set_bytes_in_last_block(archive, 1);
    if (result == 0) result = archive_write_open(archive, &sink, NULL, put, NULL) == ARCHIVE_OK ? 0 : -1;
    FTSENT *item;
    while (result == 0 && (item = fts_read(walk))) {
        if (item->fts_info == FTS_F) result = add(archive, entry, one, item, strlen(folder) + 1);
    }
    if (archive_write_close(archive) != ARCHIVE_OK) result = -1;
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_DigestFinal_ex(sink.whole, digest, NULL);
    if (walk) fts_close(walk);
    archive_entry_free(entry);
    archive_write_free(archive);
    EVP_MD_CTX_free(one);
    EVP_MD_CTX_free(sink.whole);
    if (sink.file >= 0) close(sink.file);
    return result;
}
