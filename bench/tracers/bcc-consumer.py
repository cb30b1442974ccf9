"""BCC with a perf buffer, as Bitcoin Core's own example scripts have it.

`bcc-consumer.py BINARY PROBE PID` prints the number of events.
"""
import signal
import sys

from bcc import BPF, USDT

PROGRAM = """
struct added { u8 txid[32]; u32 vout; u32 height; s64 value; u8 is_coinbase; };
struct message { s64 peer; char address[68]; char connection_type[20]; char type[20]; u64 size; };
BPF_PERF_OUTPUT(added_events);
BPF_PERF_OUTPUT(message_events);

int trace_add(struct pt_regs *ctx) {
    struct added event = {};
    void *txid = NULL;
    bpf_usdt_readarg(1, ctx, &txid);
    bpf_probe_read_user(&event.txid, sizeof(event.txid), txid);
    bpf_usdt_readarg(2, ctx, &event.vout);
    bpf_usdt_readarg(3, ctx, &event.height);
    bpf_usdt_readarg(4, ctx, &event.value);
    bpf_usdt_readarg(5, ctx, &event.is_coinbase);
    added_events.perf_submit(ctx, &event, sizeof(event));
    return 0;
}

int trace_msg(struct pt_regs *ctx) {
    struct message event = {};
    void *address = NULL, *connection_type = NULL, *type = NULL;
    bpf_usdt_readarg(1, ctx, &event.peer);
    bpf_usdt_readarg(2, ctx, &address);
    bpf_usdt_readarg(3, ctx, &connection_type);
    bpf_usdt_readarg(4, ctx, &type);
    bpf_usdt_readarg(5, ctx, &event.size);
    bpf_probe_read_user_str(&event.address, sizeof(event.address), address);
    bpf_probe_read_user_str(&event.connection_type, sizeof(event.connection_type), connection_type);
    bpf_probe_read_user_str(&event.type, sizeof(event.type), type);
    message_events.perf_submit(ctx, &event, sizeof(event));
    return 0;
}
"""

path, probe, pid = sys.argv[1:]
is_add = probe == "utxocache:add"
usdt = USDT(path=path, pid=int(pid))
usdt.enable_probe(probe=probe, fn_name="trace_add" if is_add else "trace_msg")
bpf = BPF(text=PROGRAM, usdt_contexts=[usdt])
events = bpf["added_events" if is_add else "message_events"]
delivered = 0
stopped = False


def stop(*_):
    global stopped
    stopped = True


def take_add(_cpu, data, _size):
    global delivered
    event = events.event(data)
    _ = (bytes(event.txid[::-1]).hex(), event.vout, event.height, event.value, event.is_coinbase)
    delivered += 1


def take_msg(_cpu, data, _size):
    global delivered
    event = events.event(data)
    _ = (event.peer, event.address.decode(), event.connection_type.decode(), event.type.decode(), event.size)
    delivered += 1


signal.signal(signal.SIGINT, stop)
events.open_perf_buffer(take_add if is_add else take_msg, lost_cb=lambda _lost: None)
while not stopped:
    bpf.perf_buffer_poll(timeout=100)
print(delivered, flush=True)
