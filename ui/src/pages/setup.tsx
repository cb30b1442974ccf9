import "../parts/health.css";
import "./setup.css";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type {
  DoctorFinding,
  DoctorSection,
  SetupReport,
} from "../../../src/dashboard/protocol/setup.ts";
import { fetchJson } from "../fetch-json.ts";
import { printable } from "../format.ts";
import { status } from "../live.ts";
import { CommandLine } from "../parts/command-line.tsx";
import { Link } from "../parts/link.tsx";
import { Mark } from "../parts/mark.tsx";
import { Panel } from "../parts/panel.tsx";
import { addressOf, go } from "../route.ts";

const POLL_MS = 2500;

/** Replaces a page while nothing is traced: what is missing, and how to get it. */
export function Setup() {
  const sections = useSections();
  const now = status.value;
  if (!now) return null;
  const { obstacle, stream } = now;
  const findings = sections.flatMap((section) => section.findings);
  const next = findings.find(({ status }) => status === "problem");
  const command = next && commandFor(next);
  return (
    <div class="grid setup">
      <section class="health span-12" aria-label="Health">
        <p class="headline problem">
          <Mark status="problem" />{" "}
          {obstacle
            ? `Nothing is traced: ${printable(obstacle.message)}`
            : `Waiting for a node${stream.error ? `: ${printable(stream.error.message)}` : ""}`}
        </p>
        <p>
          {obstacle
            ? "To trace a node, corelens needs the following."
            : "corelens attaches as soon as the node runs. You do not need to restart corelens."}
        </p>
      </section>
      <Panel title="Next step" span={12}>
        <p>
          {printable(
            next?.cure ?? obstacle?.cure ?? "start bitcoind; corelens then attaches to it",
          )}
        </p>
        {command && <CommandLine command={command} />}
      </Panel>
      {sections.map(({ title, findings }) => (
        <Panel key={title} title={printable(title)} span={12}>
          <ul class="checks">
            {ofTracing(findings).map(({ topic, status, message, cure }) => (
              <li key={topic + message}>
                <Mark status={status} />
                <span>
                  <b>{topic}</b>: {printable(message)}
                  {cure && <em>{printable(cure)}</em>}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      ))}
      <Panel title="Meanwhile" span={12}>
        <p>
          <Link href={addressOf("/recordings")} onOpen={() => go("/recordings")}>
            Open a recording
          </Link>
          , or show a simulated node:
        </p>
        <CommandLine command="corelens demo" />
      </Panel>
    </div>
  );
}

/** The findings of the doctor, updated while the page is open. */
function useSections(): readonly DoctorSection[] {
  const sections = useSignal<readonly DoctorSection[]>([]);
  useEffect(() => {
    const ask = async (): Promise<void> => {
      const answer = await fetchJson<SetupReport>("/api/setup");
      if (answer && "value" in answer) sections.value = answer.value.sections;
    };
    void ask();
    const timer = setInterval(ask, POLL_MS);
    return () => clearInterval(timer);
  }, []);
  return sections.value;
}

/** All findings except those about the terminal, which the pages do not need. */
function ofTracing(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return findings.filter(({ topic }) => topic !== "terminal");
}

/** The command that provides what is missing; null where there is none. */
function commandFor({ topic, message, cure }: DoctorFinding): string | null {
  if (topic === "rights" || message.startsWith("NO_PERMISSION")) return "sudo corelens";
  if (message.startsWith("NODE_NOT_FOUND")) return "bitcoind -daemon";
  return /`([^`]+)`/.exec(cure ?? "")?.[1] ?? null;
}
