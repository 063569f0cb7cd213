// measure PROGRAM [ARGUMENT …]: runs it, and writes to descriptor 3 what it took, in one line:
//   nanoseconds on the clock, microseconds of CPU (user and system), peak memory in KiB, exit code
// CPU is that of the program and of all that it waited for; memory is that of the largest single process of these.
// A process of its own, because a child's peak counts what it was before exec: a copy of this, which is next to nothing.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { REPORT = 3, CANNOT_RUN = 127, BY_SIGNAL = 128 };

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long microseconds(struct timeval time) { return time.tv_sec * 1000000LL + time.tv_usec; }

int main(int count, char **arguments) {
  if (count < 2 || fcntl(REPORT, F_SETFD, FD_CLOEXEC) != 0) {
    fprintf(stderr, "measure PROGRAM [ARGUMENT ...] 3>REPORT\n");
    return 64;
  }
  long long started = nanoseconds();
  pid_t child = fork();
  if (child == 0) {
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    _exit(CANNOT_RUN);
  }
  int status;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child) {
    perror("measure");
    return 71;
  }
  long long took = nanoseconds() - started;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : BY_SIGNAL + WTERMSIG(status);
  long peak_kib = used.ru_maxrss;
#ifdef __APPLE__
  peak_kib /= 1024;
#endif
  dprintf(REPORT, "%lld %lld %ld %d\n", took, microseconds(used.ru_utime) + microseconds(used.ru_stime), peak_kib, code);
  return code;
}
