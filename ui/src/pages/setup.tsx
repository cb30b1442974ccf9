import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DoctorFinding, DoctorSection } from "../../../src/doctor/finding.ts";
import { printable } from "../format.ts";
import { status } from "../live.ts";
import { CommandLine } from "../parts/command-line.tsx";
import { Mark } from "../parts/mark.tsx";
import { Panel } from "../parts/panel.tsx";
import { addressOf, go } from "../route.ts";

const AGAIN_MS = 2500;

/** In place of a page while nothing is traced: what is missing, and how to get it. */
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
            : `Waiting for a node${stream.trouble ? `: ${printable(stream.trouble.message)}` : ""}`}
        </p>
        <p>
          {obstacle
            ? "The pages show a node once corelens can trace it. This is what tracing needs."
            : "The pages show the node as soon as it is found; nothing has to be started again."}
        </p>
      </section>
      <Panel title="What to do next" span={12}>
        <p>{printable(next?.cure ?? obstacle?.cure ?? "start bitcoind; it is found by itself")}</p>
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
          <a
            href={addressOf("/recordings")}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              go("/recordings");
            }}
          >
            Open a recording
          </a>
          , or look at a simulated node:
        </p>
        <CommandLine command="corelens demo" />
      </Panel>
    </div>
  );
}

/** What the doctor finds, asked again while the page is open. */
function useSections(): readonly DoctorSection[] {
  const sections = useSignal<readonly DoctorSection[]>([]);
  useEffect(() => {
    const ask = async (): Promise<void> => {
      try {
        const reply = await fetch("/api/setup");
        if (reply.ok) sections.value = (await reply.json()).sections;
      } catch {
        // The header says that corelens does not answer.
      }
    };
    void ask();
    const timer = setInterval(ask, AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return sections.value;
}

/** The doctor also looks at its own terminal, which no page needs. */
function ofTracing(findings: readonly DoctorFinding[]): readonly DoctorFinding[] {
  return findings.filter(({ topic }) => topic !== "terminal");
}

/** The one command that gets what is missing; null where there is none. */
function commandFor({ topic, message, cure }: DoctorFinding): string | null {
  if (topic === "rights" || message.startsWith("NO_PERMISSION")) return "sudo corelens";
  if (message.startsWith("NODE_NOT_FOUND")) return "bitcoind -daemon";
  return /`([^`]+)`/.exec(cure ?? "")?.[1] ?? null;
}
