import { hasMapped, isAlive, listPids } from "../../node/process/process.ts";
import type { Attachment } from "../../tracer/attachment.ts";
import type { TargetFile } from "./target.ts";

/** A file with the programs that are attached to it. */
export interface AttachedFile {
  readonly file: TargetFile;
  readonly attachment: Attachment;
  /** The number of traced tracepoints in the file. */
  readonly tracepoints: number;
}

/** The files of a target that programs are attached to. */
export class AttachedFiles {
  readonly #files = new Map<string, AttachedFile>();

  get programs(): number[] {
    return [...this.#files.values()].flatMap(({ attachment }) => attachment.programs);
  }

  get(file: TargetFile): AttachedFile | undefined {
    return this.#files.get(keyOf(file));
  }

  add(attached: AttachedFile): void {
    this.#files.set(keyOf(attached.file), attached);
  }

  /**
   * Attaches other programs to all files, or to none if one attempt throws; the current programs stay attached.
   * @returns replaces the current programs by the new ones
   */
  prepareReplacement(attach: (file: TargetFile) => Attachment): () => void {
    const attachments = new Map<string, Attachment>();
    try {
      for (const [key, { file }] of this.#files) attachments.set(key, attach(file));
    } catch (error) {
      for (const attachment of attachments.values()) attachment.close();
      throw error;
    }
    return () => {
      for (const [key, attachment] of attachments) {
        const before = this.#files.get(key)!;
        before.attachment.close();
        this.#files.set(key, { ...before, attachment });
      }
    };
  }

  /** Detaches from every version of a file. */
  dropInode(inode: string): void {
    this.#dropWhere(({ file }) => file.inode === inode);
  }

  /** Detaches from files that the target no longer has and no process runs. */
  dropUnused(current: readonly TargetFile[]): void {
    const keys = new Set(current.map(keyOf));
    this.#dropWhere(({ file }) => !keys.has(keyOf(file)) && !isInUse(file));
  }

  close(): void {
    this.#dropWhere(() => true);
  }

  #dropWhere(isDropped: (attached: AttachedFile) => boolean): void {
    for (const [key, attached] of this.#files) {
      if (!isDropped(attached)) continue;
      this.#files.delete(key);
      attached.attachment.close();
    }
  }
}

function keyOf({ inode, pid }: TargetFile): string {
  return `${inode}:${pid ?? "all"}`;
}

function isInUse({ inode, pid }: TargetFile): boolean {
  if (pid !== null) return isAlive(pid);
  return listPids().some((pid) => hasMapped(pid, inode));
}
