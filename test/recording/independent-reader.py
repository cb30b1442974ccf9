"""Reads a recording by docs/recording.md alone, and prints its events as JSON lines."""

import gzip
import json
import struct
import sys
import zlib
from datetime import datetime, timedelta, timezone


class Block:
    def __init__(self, data):
        self.data, self.at = data, 0

    def unsigned(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def signed(self):
        value = self.unsigned()
        return -(value >> 1) - 1 if value & 1 else value >> 1

    def take(self, length):
        self.at += length
        return self.data[self.at - length : self.at]

    def text(self):
        return self.take(self.unsigned()).decode()


def events(data, kinds):
    block, strings, origins, ktime, offset = Block(data), [], [], 0, None

    def string():
        index = block.unsigned()
        if index == 0:
            strings.append(block.text())
        return strings[index - 1]

    while block.at < len(data):
        tag = block.unsigned()
        if tag == 0:
            yield json.loads(block.text())
            continue
        kind = kinds[tag >> 2]
        ktime = (ktime + block.signed()) % 2**64
        if tag & 1:
            (time,) = struct.unpack("<d", block.take(8))
            offset = time - ktime / 1e6
        else:
            time = ktime / 1e6 + offset
        index = block.unsigned()
        if index == 0:
            tid, cpu, pid = block.unsigned(), block.unsigned(), block.unsigned()
            origins.append((tid, string() if block.take(1) == b"\1" else None, cpu, pid))
        tid, thread, cpu, pid = origins[index - 1]
        masks = {"truncated": 0, "unreadable": 0}
        if tag & 2:
            masks = {name: block.unsigned() for name in masks}
        event = dict(tracepoint=kind["name"], time=time, ktime=ktime, tid=tid, thread=thread, cpu=cpu, pid=pid)
        for bit, field in enumerate(kind["fields"]):
            event[field["name"]] = None if masks["unreadable"] >> bit & 1 else value(block, field, string)
        for name, mask in masks.items():
            if mask:
                event[name] = [f["name"] for bit, f in enumerate(kind["fields"]) if mask >> bit & 1]
        yield event


def value(block, field, string):
    kind = field["type"]
    if kind == "bool":
        return block.take(1) == b"\1"
    if kind == "string":
        return string()
    if kind == "hash":
        return block.take(32).hex()
    if kind == "bytes":
        return block.take(block.unsigned()).hex()
    number = block.unsigned() if kind.startswith("u") else block.signed()
    return field.get("values", {}).get(str(number), number)


def as_json(event):
    time = event["time"]
    whole = int(time // 1)
    moment = datetime.fromtimestamp(whole // 1000, timezone.utc) + timedelta(milliseconds=whole % 1000)
    micros = int((time - whole) * 1000)
    safe = lambda v: str(v) if type(v) is int and not -(2**53) <= v < 2**53 else v
    shown = {**event, "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{whole % 1000:03}{micros:03}Z"}
    return json.dumps({k: safe(v) for k, v in shown.items()}, separators=(",", ":"), ensure_ascii=False)


data = open(sys.argv[1], "rb").read()
assert data[:8] == b"CORELENS" and struct.unpack_from("<I", data, 8) == (2,)
at, kinds = 12, {}
while at + 16 <= len(data):
    kind, codec, zero, stored, unpacked, checksum = struct.unpack_from("<BBHIII", data, at)
    body = data[at + 16 : at + 16 + stored]
    assert zero == 0 and zlib.crc32(data[at : at + 12] + body) == checksum
    body = gzip.decompress(body) if codec == 1 else body
    assert len(body) == unpacked
    if kind == 2:
        described = json.loads(body)
        kinds[described["id"]] = described
    elif kind == 3:
        for event in events(body, kinds):
            print(as_json(event))
    at += 16 + stored
