/* What the program hands to its reader. */
#include <linux/types.h>
#include <stdbool.h>

struct added {
    __u8 txid[32];
    __u32 vout;
    __u32 height;
    __s64 value;
    bool is_coinbase;
};

struct message {
    __s64 peer;
    char address[72];
    char connection_type[24];
    char type[24];
    __u64 size;
};
