// The client of NestJS, as a process: calls the server whose port it is given, and prints what it saw, a JSON a line.
import "reflect-metadata";
import { ClientGrpcProxy } from "@nestjs/microservices";
import { from, lastValueFrom, toArray } from "rxjs";
import {
  AGREEMENT_PACKAGE_NAME,
  AGREEMENT_SERVICE_NAME,
  type AgreementServiceClient,
  AgreementServiceService,
  type Exchange,
  Values,
} from "./nestjs/tests/agreement/agreement.js";
import { CASES as THEIRS } from "./values.js";

// The messages of both flavors are the same but for their enums, of which TypeScript goes by the name.
const CASES = THEIRS as unknown as { [name: string]: Values };
const names = Object.keys(CASES);

const exchange = (name: string): Exchange => ({ values: CASES[name], json: "", read: undefined });
const encoded = (values?: Values) => Buffer.from(Values.encode(values ?? Values.create()).finish()).toString("base64");

function say(about: string, name: string, answer: Exchange): void {
  console.log(JSON.stringify({ about, case: name, received: encoded(answer.values) }));
}

const client = new ClientGrpcProxy({
  package: AGREEMENT_PACKAGE_NAME,
  packageDefinition: { "agreement.AgreementService": AgreementServiceService },
  url: `127.0.0.1:${process.argv[2]}`,
});
const service = client.getService<AgreementServiceClient>(AGREEMENT_SERVICE_NAME);

for (const name of names) {
  say("unary", name, await lastValueFrom(service.unary(exchange(name))));
  say("server stream", name, await lastValueFrom(service.serverStream(exchange(name))));
}
const { exchanges } = await lastValueFrom(service.clientStream(from(names.map(exchange))));
exchanges.forEach((answer, place) => say("client stream", names[place]!, answer));
const answers = await lastValueFrom(service.bidiStream(from(names.map(exchange))).pipe(toArray()));
answers.forEach((answer, place) => say("bidi stream", names[place]!, answer));
client.close();
console.log(JSON.stringify({ about: "done" }));
