// The service's logic, independent of the library that serves it: each rpc turns a stream of requests into answers.
import type { MessageInitShape, MessageShape } from "@bufbuild/protobuf";
import type { Pairs } from "./call.js";
import { type AgreementService, type Header, type Status } from "./stubs/tests/agreement/agreement_pb.js";

type Methods = typeof AgreementService.method;
type Fields<M> = Omit<M, "$typeName" | "$unknown">;

export interface Context {
  headers: Fields<Header>[];
  secondsLeft: number | undefined;
  /** Resolved when the call is over, or rejected with the reason. */
  over: Promise<unknown>;
  send(initial: Pairs, trailing: Pairs): void;
}

export type Logic = {
  [K in keyof Methods]: (
    requests: AsyncIterable<MessageShape<Methods[K]["input"]>>,
    context: Context,
  ) => AsyncIterable<MessageInitShape<Methods[K]["output"]>>;
};

/** What Fail and FailLate throw; each library converts it to its own error. */
export class Failure extends Error {
  constructor(readonly status: Status) {
    super(status.message);
  }
}

export const FAILURE_METADATA: Pairs = [["x-reason", "asked for"]];
const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString("base64");
const INITIAL: Pairs = [["x-initial", "first"], ["x-initial-bin", ALL_BYTES]];
const TRAILING: Pairs = [["x-trailer", "last"], ["x-trailer-bin", "AP8="]];
const ended: string[] = [];

export async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) {
    values.push(value);
  }
  return values;
}

async function* map<Q, A>(requests: AsyncIterable<Q>, answer: (request: Q) => A): AsyncIterable<A> {
  for await (const request of requests) {
    yield answer(request);
  }
}

const echo = <T>(requests: AsyncIterable<T>) => requests;

export const LOGIC: Logic = {
  unary: echo,
  async *serverStream(requests) {
    const [request] = await all(requests);
    yield* [request!, request!, request!];
  },
  async *clientStream(requests) {
    yield { values: await all(requests) };
  },
  bidiStream: echo,
  echoOlder: echo,
  async *describe(_, { headers, secondsLeft, send }) {
    send(INITIAL, TRAILING);
    yield { headers, secondsLeft, ended };
  },
  async *wait(requests, { over }) {
    const [request] = await all(requests);
    yield {};
    await over.finally(() => ended.push(request!.id));
  },
  fail: (requests) =>
    map(requests, (status) => {
      throw new Failure(status);
    }),
  async *failLate(requests) {
    yield {};
    throw new Failure((await all(requests))[0]!);
  },
  doNothing: echo,
  async *doNothingTwice() {
    yield* [{}, {}];
  },
  doNothingEach: echo,
  increment: (requests) => map(requests, ({ value }) => ({ value: value + 1n })),
  reverse: (requests) => map(requests, ({ value }) => ({ value: value.slice().reverse() })),
  async *join(requests) {
    yield { value: (await all(requests)).map(({ value }) => value).join("") };
  },
  listOf: (requests) => map(requests, (value) => ({ values: [value] })),
  firstOf: (requests) => map(requests, ({ values }) => values[0]!),
  structOf: (requests) =>
    map(requests, ({ paths }) => ({
      fields: Object.fromEntries(paths.map((path) => [path, { kind: { case: "numberValue", value: path.length } }])),
    })),
  keysOf: (requests) => map(requests, ({ fields }) => ({ paths: Object.keys(fields).sort() })),
};
