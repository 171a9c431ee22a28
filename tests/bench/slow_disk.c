/* A disk that takes FLUSH_MS milliseconds longer for every flush, for LD_PRELOAD. Where a flush is cheap, what a commit
   for many saves can't be seen; on this disk it can, and whoever is measured is measured on the same one. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

typedef int flush(int);

static int later(const char *name, int fd)
{
    const char *told = getenv("FLUSH_MS");
    long ms = told ? atol(told) : 0;
    struct timespec wait = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&wait, NULL);
    return ((flush *)dlsym(RTLD_NEXT, name))(fd);
}

int fdatasync(int fd) { return later("fdatasync", fd); }
int fsync(int fd) { return later("fsync", fd); }
