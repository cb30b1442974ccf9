/*
 * The traced program: passes probe sites in a tight loop, with values as a node passes them. Commands on standard
 * input, one answer a line on standard output:
 *
 *     hit SHAPE N           passes the site N times       → ns per hit, one figure a chunk of 5000 hits
 *     await SHAPE 1 MS      waits until it is attached    → 1, or 0 when it took longer than MS milliseconds
 *     await SHAPE 0 MS      waits until it is detached    → the same
 *
 * SHAPE is `add` (utxocache:add) or `msg` (net:inbound_message). A shape is attached when its semaphore is raised and
 * the kernel put a breakpoint into its code: some tracers raise the semaphore long before.
 */
#define _SDT_HAS_SEMAPHORES 1
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/sdt.h>
#include <time.h>
#include <unistd.h>

#define SEMAPHORE(name) volatile unsigned short name __attribute__((section(".probes")))
SEMAPHORE(utxocache_add_semaphore);
SEMAPHORE(net_inbound_message_semaphore);

enum { PEERS = 125, CHUNK = 5000, ONION_LABEL = 56, CODE_BYTES = 64 };

static const char *const CONNECTION_TYPES[] = {"inbound", "outbound-full-relay", "inbound", "block-relay-only"};
static const char *const MESSAGE_TYPES[] = {"inv", "tx", "getdata", "inv", "ping", "headers", "addrv2", "pong"};
static char addresses[PEERS][72];
static unsigned char payload[61];

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * UINT64_C(1000000000) + time.tv_nsec;
}

/* Of ten peers six use IPv4, two IPv6 and two Tor. */
static void name_peers(void)
{
    for (unsigned i = 0; i < PEERS; i++) {
        unsigned mixed = (i + 1) * 2654435761u;
        if (i % 10 < 6) {
            snprintf(addresses[i], sizeof addresses[i], "%u.%u.%u.%u:8333", 1 + (mixed >> 24) % 223, mixed >> 16 & 255,
                     mixed >> 8 & 255, i);
        } else if (i % 10 < 8) {
            snprintf(addresses[i], sizeof addresses[i], "[2a02:%x:%x::%x]:8333", mixed >> 16, mixed & 0xffff, i);
        } else {
            for (unsigned j = 0; j < ONION_LABEL; j++)
                addresses[i][j] = "abcdefghijklmnopqrstuvwxyz234567"[(mixed >> j % 27) & 31];
            strcpy(addresses[i] + ONION_LABEL, ".onion:8333");
        }
    }
}

__attribute__((noinline)) static void add(const unsigned char *txid, uint32_t vout, uint32_t height, int64_t value,
                                          bool is_coinbase)
{
    if (utxocache_add_semaphore) STAP_PROBE5(utxocache, add, txid, vout, height, value, is_coinbase);
}

__attribute__((noinline)) static void message(int64_t peer, const char *address, const char *connection_type,
                                              const char *type, uint64_t size, const unsigned char *bytes)
{
    if (net_inbound_message_semaphore)
        STAP_PROBE6(net, inbound_message, peer, address, connection_type, type, size, bytes);
}

static void hit_add(long n)
{
    unsigned char txid[32];
    for (long i = 0; i < n; i++) {
        memset(txid, (int)(i * 167), sizeof txid);
        memcpy(txid, &i, sizeof i);
        add(txid, i & 7, 930000, i * 1000, (i & 1023) == 0);
    }
}

static void hit_message(long n)
{
    for (long i = 0; i < n; i++) {
        unsigned peer = i * 31 % PEERS;
        message(peer, addresses[peer], CONNECTION_TYPES[peer & 3], MESSAGE_TYPES[i & 7], sizeof payload, payload);
    }
}

struct site {
    void (*hit)(long n);
    const volatile unsigned short *semaphore;
    const void *code;
    unsigned char unpatched[CODE_BYTES];
};

static bool is_raised(const struct site *site) { return *site->semaphore > 0; }

static bool is_patched(const struct site *site) { return memcmp(site->code, site->unpatched, CODE_BYTES) != 0; }

static void hit(const struct site *site, long n)
{
    for (long left = n; left > 0; left -= CHUNK) {
        long chunk = left < CHUNK ? left : CHUNK;
        uint64_t begin = now();
        site->hit(chunk);
        /* The output is buffered until the line's end: nothing is written between the chunks. */
        printf("%.1f ", (double)(now() - begin) / chunk);
    }
    printf("\n");
}

static void await(const struct site *site, bool attached, long ms)
{
    uint64_t end = now() + (uint64_t)ms * 1000000;
    while ((is_raised(site) != attached || is_patched(site) != attached) && now() < end) usleep(100);
    printf("%d\n", is_raised(site) == attached && is_patched(site) == attached);
}

int main(void)
{
    static char output[1 << 20];
    struct site sites[] = {
        {hit_add, &utxocache_add_semaphore, (const void *)add, {0}},
        {hit_message, &net_inbound_message_semaphore, (const void *)message, {0}},
    };
    for (int i = 0; i < 2; i++) memcpy(sites[i].unpatched, sites[i].code, CODE_BYTES);
    setvbuf(stdout, output, _IOFBF, sizeof output);
    name_peers();
    char line[80], shape[8];
    long n, ms;
    int attached;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "hit %7s %ld", shape, &n) == 2)
            hit(&sites[shape[0] != 'a'], n);
        else if (sscanf(line, "await %7s %d %ld", shape, &attached, &ms) == 3)
            await(&sites[shape[0] != 'a'], attached, ms);
        fflush(stdout);
    }
}
