import { describe, expect, it } from "vitest";
import {
  choiceOf,
  countOf,
  draftOf,
  EMPTY,
  isRunning,
  modeOf,
  trimmed,
} from "../../ui/src/draft.ts";

function query(text: string): URLSearchParams {
  return new URLSearchParams(text);
}

describe("the query in an address", () => {
  it("is a count only with mode=count", () => {
    expect(modeOf(query("mode=count"))).toBe("count");
    expect(modeOf(query("mode=Count"))).toBe("events");
    expect(modeOf(query(""))).toBe("events");
  });

  it("has a text for every input, empty when the address has none", () => {
    expect(draftOf(query(""))).toEqual(EMPTY);
    expect(draftOf(query("where=size > 1&by=peer_id&mode=count&peer=7"))).toEqual({
      ...EMPTY,
      where: "size > 1",
      by: "peer_id",
    });
  });

  it.each([
    ["", false],
    ["peer=7", false],
    ["where=size", true],
    ["where=", false],
    ["where=size&live=0", false],
    ["live=1", true],
    ["live=yes&where=size", false],
  ])("'%s' runs: %s", (text, runs) => {
    expect(isRunning(query(text))).toBe(runs);
  });
});

describe("a draft", () => {
  it("drops spaces around its texts, but not inside", () => {
    const draft = { ...EMPTY, where: "  size > 1 ", by: "\t" };
    expect(trimmed(draft)).toEqual({ ...EMPTY, where: "size > 1" });
  });

  it("without texts selects every event", () => {
    expect(choiceOf(EMPTY)).toEqual({ tracepoints: [], where: null });
  });

  it("separates names by commas and skips empty ones", () => {
    const draft = { ...EMPTY, tracepoints: " net:*_message,, mempool:added ,", where: " " };
    expect(choiceOf(draft)).toEqual({
      tracepoints: ["net:*_message", "mempool:added"],
      where: null,
    });
  });

  it("without texts counts all events by tracepoint", () => {
    const nothing = { where: null, sum: [], min: [], mean: [], max: [], histogram: null };
    expect(countOf(EMPTY)).toEqual({ ...nothing, tracepoints: ["*"], by: ["tracepoint"] });
  });

  it("becomes a count with each term in its place", () => {
    const draft = {
      tracepoints: "mempool:added",
      where: "vsize > 100",
      by: "peer_id, msg_type",
      sum: "fee",
      min: "fee / vsize, vsize",
      mean: "",
      max: " , ",
      hist: " fee / vsize:0:50:10 ",
    };
    expect(countOf(draft)).toEqual({
      tracepoints: ["mempool:added"],
      where: "vsize > 100",
      by: ["peer_id", "msg_type"],
      sum: ["fee"],
      min: ["fee / vsize", "vsize"],
      mean: [],
      max: [],
      histogram: "fee / vsize:0:50:10",
    });
  });
});
