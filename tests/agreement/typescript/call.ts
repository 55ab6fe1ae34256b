// A call, independent of the library that makes it. The test says what to call and gets an outcome.
import { type DescMethod, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { AgreementService, StatusSchema } from "./stubs/tests/agreement/agreement_pb.js";

/** Pairs of key and value; binary values are in base64. */
export type Pairs = [key: string, value: string][];

export interface Options {
  metadata: Pairs;
  timeoutMs?: number;
  /** The number of answers after which the client cancels the call. */
  cancelAfter?: number;
}

export interface Outcome {
  answers: Message[];
  /** The status; undefined if the library does not expose it. */
  code?: number;
  message?: string;
  /** From google.rpc.Status: type names, and messages in base64. */
  details?: Pairs;
  /** The metadata that the library exposes to a client. */
  initial?: Pairs;
  trailing?: Pairs;
}

/** Makes a call. Requests are messages or their fields. */
export type Call = (method: DescMethod, requests: object[], options: Options) => Promise<Outcome>;

/** What the test asks for; requests are in base64 or given as fields. */
export interface Command extends Options {
  method: keyof typeof AgreementService.method;
  requests: (string | object)[];
}

export async function perform(call: Call, { method: name, requests, ...options }: Command): Promise<object> {
  const method: DescMethod = AgreementService.method[name];
  const messages = requests.map((request) =>
    typeof request === "string" ? fromBinary(method.input, base64Decode(request)) : request,
  );
  const late = new Promise<Outcome>((resolve) => setTimeout(resolve, 20_000, { answers: [], message: "does not end" }));
  const outcome = await Promise.race([call(method, messages, options), late]);
  return { ...outcome, answers: outcome.answers.map((answer) => base64Encode(toBinary(method.output, answer))) };
}

export const streamsIn = ({ methodKind }: DescMethod) => /^(client|bidi)_/.test(methodKind);
export const streamsOut = ({ methodKind }: DescMethod) => /^(server|bidi)_/.test(methodKind);

/**
 * Sends a stream of requests: all at once, or, if the answers are streamed too, one after each answer.
 * Returns the function to call on each answer.
 */
export function feed(
  method: DescMethod,
  requests: object[],
  write: (request: object) => void,
  end: () => void,
): () => void {
  const left = [...requests];
  const next = () => (left.length ? write(left.shift()!) : end());
  const both = streamsIn(method) && streamsOut(method);
  for (let count = both ? 1 : requests.length + 1; count && streamsIn(method); count--) {
    next();
  }
  return both ? next : () => {};
}

/** Returns the details in a serialized google.rpc.Status. */
export function detailsOf(status: Uint8Array): Pairs {
  const { details } = fromBinary(StatusSchema, status);
  return details.map(({ typeUrl, value }) => [typeUrl.split("/").at(-1)!, base64Encode(value)]);
}
