/*
 * libbpf as its documentation shows it: ring buffer, default wake-up. `libbpf-consumer OBJECT BINARY PROBE` prints the
 * number of events.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "events.h"

static volatile sig_atomic_t stopped;
static long delivered;
/* Keeps the reading of every field from being optimised away. */
static volatile __u64 seen;

static void stop(int signal) { (void)signal; stopped = 1; }

static int take_add(void *context, void *data, size_t size)
{
    (void)context; (void)size;
    const struct added *event = data;
    seen = event->txid[0] + event->vout + event->height + event->value + event->is_coinbase;
    delivered++;
    return 0;
}

static int take_msg(void *context, void *data, size_t size)
{
    (void)context; (void)size;
    const struct message *event = data;
    seen = event->peer + strlen(event->address) + strlen(event->connection_type) + strlen(event->type) + event->size;
    delivered++;
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 4) return 2;
    int is_add = strcmp(argv[3], "utxocache:add") == 0;
    struct bpf_object *object = bpf_object__open_file(argv[1], NULL);
    if (!object || bpf_object__load(object)) return 1;
    struct bpf_program *program = bpf_object__find_program_by_name(object, is_add ? "trace_add" : "trace_msg");
    char *name = strchr(argv[3], ':');
    *name++ = 0;
    signal(SIGINT, stop);
    struct ring_buffer *ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"),
                                                is_add ? take_add : take_msg, NULL, NULL);
    struct bpf_link *link = bpf_program__attach_usdt(program, -1, argv[2], argv[3], name, NULL);
    if (!ring || !link) return 1;
    while (!stopped && ring_buffer__poll(ring, 100) != -EINVAL);
    bpf_link__destroy(link);
    ring_buffer__consume(ring);
    printf("%ld\n", delivered);
}
