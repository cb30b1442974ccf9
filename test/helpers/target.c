/*
 * A program to trace: does what its standard input says, a command a line, and answers each with a line once it is
 * done, so that tests need not wait and hope. Built with -DREPLACEMENT, test:tick passes other arguments. As a node
 * does, it locks its -datadir; with -tick it passes test:tick before anything else.
 */
#define _GNU_SOURCE
#define _SDT_HAS_SEMAPHORES 1
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sdt.h>
#include <unistd.h>

#define SEMAPHORE(probe) volatile unsigned short probe##_semaphore __attribute__((section(".probes")))
SEMAPHORE(test_tick);
SEMAPHORE(test_text);
SEMAPHORE(test_site);
SEMAPHORE(net_inbound_message);

#define PAGE 4096L
#define NOINLINE __attribute__((noinline))

static unsigned long ticks;

NOINLINE static void tick(void) {
  ticks++;
#ifdef REPLACEMENT
  const char *label = "replaced";
  STAP_PROBE2(test, tick, label, ticks);
#else
  STAP_PROBE1(test, tick, ticks);
#endif
}

NOINLINE static void text(const char *value) { STAP_PROBE1(test, text, value); }

NOINLINE static void message(unsigned long size, const void *bytes) {
  long peer = 7;
  const char *address = "127.0.0.1:18444", *connection = "inbound", *type = "tx";
  STAP_PROBE6(net, inbound_message, peer, address, connection, type, size, bytes);
}

/* One name at three sites that pass the same argument in three forms. */
NOINLINE static void sites(int value) {
  STAP_PROBE1(test, site, 11);
  STAP_PROBE1(test, site, value);
  STAP_PROBE1(test, site, -33);
}

static void fill_text(char *at, long length) {
  for (long i = 0; i < length; i++) at[i] = 'a' + i % 26;
  at[length] = '\0';
}

static void fill_bytes(unsigned char *at, long length) {
  for (long i = 0; i < length; i++) at[i] = i * 31 + (i >> 8);
}

/* Pages of anonymous memory, the one after them unmapped. */
static char *before_gap(long length) {
  long pages = (length + PAGE - 1) / PAGE * PAGE;
  char *at = mmap(NULL, pages + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(at + pages, PAGE);
  return at + pages;
}

/* The same bytes as the content of a file that is on disk and nowhere in memory. */
static char *evicted(const void *bytes, long length) {
  char name[] = "evicted-XXXXXX";
  int fd = mkstemp(name);
  unlink(name);
  if (write(fd, bytes, length) != length || fsync(fd) != 0) abort();
  char *at = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  madvise(at, length, MADV_RANDOM);
  madvise(at, length, MADV_PAGEOUT);
  posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
  close(fd);
  return at;
}

static void *tick_in_thread(void *count) {
  pthread_setname_np(pthread_self(), "b-ticker");
  for (long i = 0; i < (long)count; i++) tick();
  return NULL;
}

static int semaphore(const char *probe) {
  if (strcmp(probe, "test:tick") == 0) return test_tick_semaphore;
  if (strcmp(probe, "test:text") == 0) return test_text_semaphore;
  if (strcmp(probe, "test:site") == 0) return test_site_semaphore;
  return net_inbound_message_semaphore;
}

static char buffer[8 << 20];

static void run(const char *command, const char *operand) {
  long number = strtol(operand, NULL, 0);
  unsigned char *bytes = (unsigned char *)buffer;
  if (strcmp(command, "tick") == 0) {
    for (long i = 0; i < number; i++) tick();
  } else if (strcmp(command, "tick-in-thread") == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, tick_in_thread, (void *)number);
    pthread_join(thread, NULL);
  } else if (strcmp(command, "sites") == 0) {
    sites(number);
  } else if (strcmp(command, "text") == 0) {
    fill_text(buffer, number);
    text(buffer);
  } else if (strcmp(command, "text-bytes") == 0) {
    text(operand);
  } else if (strcmp(command, "text-at") == 0) {
    text((const char *)number);
  } else if (strcmp(command, "text-before-gap") == 0) {
    char *at = before_gap(number + 1) - number - 1;
    fill_text(at, number);
    text(at);
  } else if (strcmp(command, "text-evicted") == 0) {
    fill_text(buffer, number);
    text(evicted(buffer, number + 1));
  } else if (strcmp(command, "text-across-evicted") == 0) {
    /* The page that the text begins in is there, the one that it ends in is not. */
    fill_text(buffer + PAGE - 40, number);
    char *at = evicted(buffer, 2 * PAGE);
    *(volatile char *)at;
    text(at + PAGE - 40);
  } else if (strcmp(command, "payload") == 0) {
    fill_bytes(bytes, number);
    message(number, bytes);
  } else if (strcmp(command, "payload-evicted") == 0) {
    fill_bytes(bytes, number);
    message(number, evicted(bytes, number));
  } else if (strcmp(command, "payload-before-gap") == 0) {
    char *end = before_gap(number);
    message(number, end - number + 1);
  } else if (strcmp(command, "pid") == 0) {
    printf("%d\n", getpid());
    return;
  } else if (strcmp(command, "fork") == 0) {
    /* The child goes on with the commands, as the one of a daemon. */
    if (fork() > 0)
      for (;;) pause();
  } else if (strcmp(command, "semaphore") == 0) {
    printf("%d\n", semaphore(operand));
    return;
  }
  puts("done");
}

static void start(const char *option) {
  char path[1024];
  if (strncmp(option, "-datadir=", 9) != 0) return;
  snprintf(path, sizeof path, "%s/.lock", option + 9);
  if (open(path, O_RDWR | O_CREAT, 0644) < 0) abort();
}

int main(int count, char **options) {
  char line[1024];
  if (count > 1 && strcmp(options[1], "-tick") == 0) tick();
  for (int i = 1; i < count; i++) start(options[i]);
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("ready");
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = '\0';
    char *operand = strchr(line, ' ');
    if (operand) *operand++ = '\0';
    run(line, operand ? operand : "");
  }
  return 0;
}
