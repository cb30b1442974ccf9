import type { Echo } from "../schema/init.ts";
import { Client } from "./client.ts";

export class EchoClient extends Client<typeof Echo.methods> {
  async echo(text: string): Promise<string> {
    return (await this.call(this.methods.echo, { echo: text })).result;
  }
}
