import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CorelensError } from "../../src/errors.ts";
import { receiveDescriptor, sendDescriptor, socketPair } from "../../src/kernel/pass-descriptor.ts";
import { temporaryDirectory } from "../recording/recordings.ts";

it("open files are passed in order, each as another descriptor of the same file", () => {
  const [a, b] = socketPair();
  const files = ["one", "two"].map((name) => openSync(join(temporaryDirectory(), name), "w+"));
  for (const file of files) sendDescriptor(a, file);
  const received = files.map(() => receiveDescriptor(b));
  received.forEach((descriptor, i) => {
    expect(files).not.toContain(descriptor);
    writeSync(descriptor, `file ${i}`);
    const text = Buffer.alloc(6);
    readSync(files[i]!, text, 0, 6, 0);
    expect(text.toString()).toBe(`file ${i}`);
  });
  for (const descriptor of [a, b, ...files, ...received]) closeSync(descriptor);
});

it("passing fails without a descriptor and without a receiver", () => {
  const [a, b] = socketPair();
  expect(() => receiveDescriptor(b)).toThrow(CorelensError);
  closeSync(b);
  expect(() => sendDescriptor(a, 0)).toThrow("sendmsg failed: ECONNREFUSED");
  closeSync(a);
});
