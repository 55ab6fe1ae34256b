// All TypeScript servers and clients in one process. It reads an identity, prints the servers' ports, and then
// makes a call for each line it reads; it exits when its standard input closes. Everything is JSON, one value a line.
import "reflect-metadata";
import { createInterface } from "node:readline";
import { type Call, type Command, perform } from "./call.js";
import { CLIENTS } from "./clients.js";
import { type Identity, SERVERS } from "./servers.js";

interface Question extends Command {
  client: string;
  address: string;
  ca?: string;
}

const say = (what: unknown) => console.log(JSON.stringify(what));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const clients = new Map<string, Call>();

const identity: Identity = JSON.parse((await lines.next()).value!);
const ports: { [library: string]: number[] } = {};
for (const [library, serve] of Object.entries(SERVERS)) {
  ports[library] = [await serve(), await serve(identity)];
}
say(ports);
for await (const line of { [Symbol.asyncIterator]: () => lines }) {
  const { client, address, ca, ...command }: Question = JSON.parse(line);
  const key = JSON.stringify([client, address, ca]);
  clients.set(key, clients.get(key) ?? CLIENTS[client]!(address, ca));
  say(await perform(clients.get(key)!, command));
}
process.exit();
