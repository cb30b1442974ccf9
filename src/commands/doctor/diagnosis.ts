import { type DoctorFinding, type DoctorSection, works } from "../../doctor/finding.ts";
import type { ListingStyle } from "../../terminal/listing.ts";
import { counted } from "../../text/counted.ts";
import { hang } from "../../text/fill.ts";
import { printable } from "../../text/printable.ts";

/**
 * The findings:
 *
 *     This machine
 *       ok       system       Linux 6.18.44 on x64
 *       problem  rights       uid 1000 lacks CAP_BPF and CAP_PERFMON, which attaching needs
 *                             → run corelens with sudo, …
 *
 *     Tracing does not work: 1 problem
 */
export function diagnosisLines(sections: readonly DoctorSection[], style: ListingStyle): string[] {
  const all = sections.flatMap(({ findings }) => findings);
  const topicWidth = Math.max(...all.map(({ topic }) => topic.length));
  const blocks = sections.flatMap(({ title, findings }) => [
    style.paint("strong", printable(title)),
    ...findings.flatMap((finding) => findingLines(finding, topicWidth, style)),
    "",
  ]);
  const problems = all.filter(({ status }) => status === "problem").length;
  return [
    ...blocks,
    works(sections)
      ? style.paint("ok", "Tracing works here.")
      : style.paint("problem", `Tracing does not work: ${counted(problems, "problem")}.`),
  ];
}

function findingLines(
  { status, topic, message, cure }: DoctorFinding,
  topicWidth: number,
  { paint, width }: ListingStyle,
): string[] {
  const head = `  ${paint(status, status.padEnd(7))}  ${topic.padEnd(topicWidth)}  `;
  const arrow = " ".repeat("  problem  ".length + topicWidth + 2);
  return [
    ...hang(head, printable(message).split(" "), width),
    ...(cure === null ? [] : hang(`${arrow}→ `, printable(cure).split(" "), width)),
  ];
}
