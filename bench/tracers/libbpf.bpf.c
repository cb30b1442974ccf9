/* The kernel's half of libbpf-consumer.c. */
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>
#include "events.h"

struct {
    __uint(type, BPF_MAP_TYPE_RINGBUF);
    __uint(max_entries, 32 << 20);
} events SEC(".maps");

SEC("usdt")
int BPF_USDT(trace_add, void *txid, __u32 vout, __u32 height, __s64 value, bool is_coinbase)
{
    struct added *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
    if (!event) return 0;
    bpf_probe_read_user(event->txid, sizeof event->txid, txid);
    event->vout = vout;
    event->height = height;
    event->value = value;
    event->is_coinbase = is_coinbase;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

SEC("usdt")
int BPF_USDT(trace_msg, __s64 peer, void *address, void *connection_type, void *type, __u64 size)
{
    struct message *event = bpf_ringbuf_reserve(&events, sizeof *event, 0);
    if (!event) return 0;
    event->peer = peer;
    bpf_probe_read_user_str(event->address, sizeof event->address, address);
    bpf_probe_read_user_str(event->connection_type, sizeof event->connection_type, connection_type);
    bpf_probe_read_user_str(event->type, sizeof event->type, type);
    event->size = size;
    bpf_ringbuf_submit(event, 0);
    return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
