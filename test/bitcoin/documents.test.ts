import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeMessage } from "../../src/bitcoin/decode/message.ts";
import { MESSAGE_TYPES } from "../../src/bitcoin/message-types.ts";
import { runDocumented } from "../helpers/documented-program.ts";
import { bytes } from "./vectors.ts";

const text = readFileSync(new URL("../../docs/p2p-messages.md", import.meta.url), "utf8");

/** A payload, `of` more bytes when it is cut, and what it says. */
const EXAMPLE = /```\n(\w+)(?: of (\d+))?\s([0-9a-f\s]*)```\n+```json\n(.*?)```/gs;
const examples = [...text.matchAll(EXAMPLE)].map(([, type, size, hex, json]) => ({
  type: type!,
  payload: bytes(hex!.replace(/\s/g, "")),
  size: size === undefined ? undefined : Number(size),
  json: json!,
}));

/** A program, and what it prints. */
const PROGRAM = /```js\n(.*?)```\n+```\n(.*?)```/gs;
const programs = [...text.matchAll(PROGRAM)].map(([, code, output]) => ({
  code: code!,
  output: output!,
}));

it("every type is documented", () => {
  expect(MESSAGE_TYPES.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
  expect(examples.length).toBeGreaterThan(30);
  expect(programs).toHaveLength(2);
});

it.each(examples)("the documented $type decodes to the documented value", (example) => {
  const { type, payload, size, json } = example;
  expect(decodeMessage(type, payload, size)).toEqual(JSON.parse(json));
});

it.each(programs)(
  "a documented program prints what the document says",
  async ({ code, output }) => {
    const lines = await runDocumented(code);
    expect(lines.map((line) => `${line}\n`).join("")).toBe(output);
  },
);
