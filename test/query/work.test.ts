import { expect, it } from "vitest";
import { MAX_LENGTH } from "../../src/query/parser.ts";
import { Query } from "../../src/query/query.ts";
import { QueryError } from "../../src/query/query-error.ts";
import { workOf } from "../helpers/work.ts";
import { ALL } from "./fields.ts";

const TEXTS = ["1+", "1/", "fee/", "!", "-", "(", "a.", "'", "size>1&&", "peer_id==1||", "0x"];

it.each(TEXTS)("a query of many %j takes work in proportion to its length", (text) => {
  const long = text.repeat((MAX_LENGTH - 3) / text.length);
  for (const query of [long, `${long}1`, `${long}1>1`]) {
    const work = workOf("/src/query/", () => {
      try {
        new Query(query).parts("test:all", ALL);
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
    });
    expect(work).toBeGreaterThan(0);
    expect(work).toBeLessThan(50 * MAX_LENGTH);
  }
});
