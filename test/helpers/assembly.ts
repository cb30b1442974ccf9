import { writeFileSync } from "node:fs";
import { compile } from "./compile.ts";

/**
 * Programs whose probe sites are written in assembly, with notes that say what a compiler's would: so every form of
 * an argument is there whatever the compiler's mood, and every register holds what the test says.
 */
export interface AssemblySite {
  /** `provider:name` */
  readonly name: string;
  /** As a note has them: `-4@%eax 8@(%rbx)`. */
  readonly arguments: string;
  /** Instructions before the site; rbx holds the address of `numbers` there. */
  readonly before?: string;
  /** The site's own instruction; a one-byte nop when left out. */
  readonly instruction?: string;
}

/** A five-byte nop that the function's own code follows: unsafe where the kernel replaces it with a call. */
export const LONE_NOP5 = ".byte 0x0f, 0x1f, 0x44, 0, 0";
/** A five-byte nop in a function that returns at once, as corelens declares its own. */
export const NOP5_RET = `${LONE_NOP5}\n ret\n 8:`;
export const CALL_NOP5_RET = "call 7f\n jmp 8f\n 7:";

const SAVED = ["rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8", "r10", "r12", "r15"];

/**
 * Compiles a program that passes all sites, in their order, at every line of its standard input.
 * @param data definitions of what the sites refer to
 */
export function compileSites(
  path: string,
  sites: readonly AssemblySite[],
  data: string,
  flags: readonly string[] = [],
): void {
  writeFileSync(`${path}.s`, assembly(sites, data));
  writeFileSync(`${path}.c`, MAIN);
  compile(path, [`${path}.c`, `${path}.s`], flags);
}

function assembly(sites: readonly AssemblySite[], data: string): string {
  const code = sites.map(({ before = "", instruction = "nop" }, i) =>
    ["lea numbers(%rip), %rbx", before, `site${i}: ${instruction}`].join("\n"),
  );
  return `
.data
.balign 8
${data}
.text
.globl fire
fire:
${SAVED.map((register) => `push %${register}`).join("\n")}
${code.join("\n")}
${SAVED.toReversed()
  .map((register) => `pop %${register}`)
  .join("\n")}
ret
.section .note.stapsdt,"","note"
${sites.map(note).join("\n")}
.section .note.GNU-stack,"",@progbits
`;
}

function note(site: AssemblySite, index: number): string {
  const [provider, name] = site.name.split(":");
  return `
.balign 4
.4byte 8, 2f-1f, 3
.asciz "stapsdt"
1: .8byte site${index}, 0, 0
.asciz "${provider}"
.asciz "${name}"
.asciz "${site.arguments}"
2:`;
}

const MAIN = `
#include <stdio.h>
extern void fire(void);
int main(void) {
  char line[64];
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("ready");
  while (fgets(line, sizeof line, stdin)) {
    fire();
    puts("done");
  }
}
`;
