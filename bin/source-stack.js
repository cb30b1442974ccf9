"use strict";

const { readFileSync } = require("node:fs");
const { SourceMap } = require("node:module");
const { join, relative, resolve, sep } = require("node:path");

const maps = new Map();

/**
 * The text of a stack, in which calls within the bundle name their source files.
 * @param calls NodeJS.CallSite[]
 */
exports.sourceStack = (error, calls, bundle) => {
  return [error, ...calls.map((call) => inSource(call, bundle))].join("\n    at ");
};

/** `TraceSession.add (src/session/attach/session.ts:41:7)` */
function inSource(call, bundle) {
  const text = String(call);
  const file = call.getFileName();
  if (!file?.startsWith(bundle + sep)) return text;
  const line = call.getLineNumber();
  const column = call.getColumnNumber();
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (entry?.originalSource === undefined) return text;
  const source = relative(join(bundle, "../.."), resolve(bundle, entry.originalSource));
  const place = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return text.replace(`${file}:${line}:${column}`, place);
}

function mapOf(file) {
  if (!maps.has(file)) maps.set(file, readMap(`${file}.map`));
  return maps.get(file);
}

function readMap(path) {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}
