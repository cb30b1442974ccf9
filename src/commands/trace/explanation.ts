import { jsonDocument } from "../../event/json.ts";
import type { Explanation } from "../../session/attach/explain.ts";
import { counted } from "../../text/counted.ts";
import { printable } from "../../text/printable.ts";

/**
 *     net:inbound_message
 *       in the kernel  msg_type == "tx" && size > 1000
 *       in the reader  ends_with(address, ":8333")
 *       program        213 instructions, 41 of them the filter
 *       unreadable     address at 1 of 3 sites: 8@%xmm0: … ; events of this site pass no test of it
 *     net:closed_connection
 *       not traced     it has no field msg_type
 */
export function explanationText(explanations: readonly Explanation[]): string {
  return explanations.map((each) => `${printable(each.name)}\n${lines(each).join("")}`).join("");
}

/** The same as a JSON document. */
export function explanationJson(explanations: readonly Explanation[]): string {
  const tracepoints = explanations.map(({ name: tracepoint, ...explanation }) => {
    if ("missing" in explanation) return { tracepoint, ...explanation };
    const { inKernel, inReader, unreadable, sites } = explanation;
    const programs = sites.map(({ program, filter }) => ({
      instructions: program,
      filter_instructions: filter,
    }));
    return { tracepoint, in_kernel: inKernel, in_reader: inReader, unreadable, programs };
  });
  return jsonDocument({ tracepoints });
}

function lines(explanation: Explanation): string[] {
  if ("missing" in explanation) {
    const { missing, reason } = explanation;
    const why =
      reason === null ? `it has no field ${missing}` : `${missing} cannot be read: ${reason}`;
    return [line("not traced", why)];
  }
  const { inKernel, inReader, unreadable, sites } = explanation;
  return [
    line("in the kernel", inKernel.join(" && ") || "nothing is tested"),
    ...(inReader.length > 0 ? [line("in the reader", inReader.join(" && "))] : []),
    ...unreadable.map(({ field, argument, reason, sites, of }) =>
      line("unreadable", `${field} at ${sites} of ${of} sites: ${argument}: ${reason}`),
    ),
    ...sites.map(({ program, filter }) =>
      line("program", `${counted(program, "instruction")}, ${filter} of them the filter`),
    ),
  ];
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(14)} ${printable(text)}\n`;
}
