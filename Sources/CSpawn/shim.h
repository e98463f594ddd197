/* What glibc has (2.34 and newer) and Swift's Glibc module does not show, because that is compiled without
 * _GNU_SOURCE: declarations only, as <spawn.h> and <unistd.h> give them with it. */
#include <spawn.h>
#include <unistd.h>

#ifdef __linux__
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int pipe2(int ends[2], int flags);
static const short spawn_in_new_session = 0x80; /* POSIX_SPAWN_SETSID */
static const int set_lease = 1024; /* F_SETLEASE */
extern int memfd_create(const char *name, unsigned int flags); /* <sys/mman.h> */
static const unsigned int memory_file_closes = 1; /* MFD_CLOEXEC */
#endif
