import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CountCommand, CountPart, GroupPart } from "../../../src/dashboard/protocol/count.ts";
import { colourOf } from "../colours.ts";
import { amount, bytes, count, duration, printable, short, span } from "../format.ts";
import { followCount, refusal } from "../live.ts";
import { CountHistogram } from "./count-histogram.tsx";
import { Heading } from "./heading.tsx";
import { HeldList } from "./held-list.tsx";
import { TypeName } from "./mark.tsx";
import { Refused } from "./refused.tsx";

/** The last part; the shell command depends on what the kernel cannot test. */
export const counted = signal<CountPart | null>(null);

/** A live count. */
export function CountTable({ command }: { readonly command: CountCommand }) {
  const asked = JSON.stringify(command);
  useEffect(() => {
    counted.value = null;
    followCount(command, (part) => {
      counted.value = part;
    });
    return () => {
      counted.value = null;
      followCount(null);
    };
  }, [asked]);

  const picked = useSignal<string | null>(null);
  if (refusal.value) return <Refused />;
  const part = counted.value;
  if (part === null) return <p class="waiting">Counting …</p>;
  const { groups, histogram } = part;
  const group = groups.find((each) => identityOf(each) === picked.value) ?? groups[0];
  return (
    <>
      <LossCounters part={part} />
      <div class={histogram ? "counted with-histogram" : "counted"}>
        <div class="scroll">
          <HeldList rows={groups} keyOf={identityOf} basis={asked}>
            {(held) => (
              <Groups
                part={{ ...part, groups: held }}
                picked={histogram && group ? identityOf(group) : null}
                onPick={(identity) => {
                  picked.value = identity;
                }}
              />
            )}
          </HeldList>
        </div>
        {histogram && group && (
          <CountHistogram
            histogram={histogram}
            group={group}
            name={group.key.map((_, i) => keyText(group, part.by, i)).join(", ")}
          />
        )}
      </div>
    </>
  );
}

function LossCounters({ part }: { readonly part: CountPart }) {
  const { seconds, rate, untested, lost } = part;
  return (
    <p class="tally">
      <b>{count(part.counted)}</b> events counted in {span(seconds * 1000)}, {short(rate)}/s now
      {untested > 0 && <>; {count(untested)} more were not tested: too many came at once</>}
      {lost > 0 && (
        <>
          ; <span class="bad">{count(lost)} were lost</span>: the ring buffer was full
        </>
      )}
    </p>
  );
}

interface GroupsProps {
  readonly part: CountPart;
  /** The group whose histogram is shown; null without a histogram. */
  readonly picked: string | null;
  readonly onPick: (identity: string) => void;
}

function Groups({ part, picked, onPick }: GroupsProps) {
  const { by, columns, groups, rest, overflow } = part;
  // The bars show the value by which groups are sorted.
  const ranked = columns.findIndex(({ statistic }) => statistic === "sum");
  const sizeOf = ({ count, values }: GroupPart): number =>
    ranked < 0 ? count : Math.max(0, Number(values[ranked] ?? 0));
  const most = Math.max(1, ...groups.map(sizeOf));
  const numbers = (group: GroupPart) => (
    <>
      <td class="number">{count(group.count)}</td>
      <td class="number">{short(group.rate)}</td>
      {columns.map(({ statistic, text, unit }, i) => (
        <td key={`${statistic} ${text}`} class="number" title={exactText(group.values[i]!, unit)}>
          {valueText(group.values[i]!, unit)}
        </td>
      ))}
    </>
  );
  return (
    <table class="groups">
      <thead>
        <tr>
          {by.map((name) => (
            <th key={name}>{name}</th>
          ))}
          <th class="bar" />
          <Heading title="events" class="number" />
          <Heading title="per second" class="number" />
          {columns.map(({ statistic, text }) => (
            <th key={`${statistic} ${text}`} class="number">
              {statistic} {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => {
          const identity = identityOf(group);
          return (
            <tr key={identity} aria-current={picked === identity ? "true" : undefined}>
              {by.map((name, i) => (
                <td key={name} class="key">
                  {picked !== null && i === 0 ? (
                    <button type="button" class="link" onClick={() => onPick(identity)}>
                      <Key name={name} text={keyText(group, by, i)} />
                    </button>
                  ) : (
                    <Key name={name} text={keyText(group, by, i)} />
                  )}
                </td>
              ))}
              <td class="bar">
                <meter max={most} value={sizeOf(group)} aria-hidden="true" />
              </td>
              {numbers(group)}
            </tr>
          );
        })}
        {overflow && (
          <tr>
            <td colSpan={by.length + 1}>(other)</td>
            {numbers(overflow)}
          </tr>
        )}
        {rest > 0 && (
          <tr class="idle">
            <td colSpan={by.length + 3 + columns.length}>
              {count(rest)} more {rest === 1 ? "group" : "groups"}
            </td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Key({ name, text }: { readonly name: string; readonly text: string }) {
  return name === "msg_type" ? (
    <TypeName type={text} colour={colourOf(text)} />
  ) : (
    <span>{text}</span>
  );
}

function identityOf({ key, truncated }: GroupPart): string {
  return JSON.stringify([key, truncated]);
}

function keyText({ key, truncated }: GroupPart, by: readonly string[], i: number): string {
  const value = key[i];
  if (value === null || value === undefined) return "(unreadable)";
  if (value === "") return '""';
  return `${printable(String(value))}${truncated.includes(by[i]!) ? "…" : ""}`;
}

type Value = GroupPart["values"][number];

const PER_MS: Readonly<Record<string, number>> = { ns: 1e6, us: 1e3, ms: 1, s: 1e-3 };

/** In a suitable unit. A value that is too large for a number stays as it is. */
function valueText(value: Value, unit: string | null): string {
  if (value === null) return "–";
  if (typeof value === "string") return exactText(value, unit);
  if (unit === "B") return bytes(value);
  if (unit === "sat") return amount(Math.round(value));
  const perMs = PER_MS[unit ?? ""];
  if (perMs !== undefined) return duration(value / perMs);
  const text = Number.isInteger(value) ? count(value) : short(value);
  return unit === null ? text : `${text} ${unit}`;
}

function exactText(value: Value, unit: string | null): string {
  if (value === null) return "";
  return `${value.toLocaleString("en")}${unit === null ? "" : ` ${unit}`}`;
}
