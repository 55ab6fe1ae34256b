// The Connect-ES client, in Node and in a browser.
import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import { type CallOptions, ConnectError, createClient, encodeBinaryHeader, type Transport } from "@connectrpc/connect";
import { type Call, feed, type Outcome, type Pairs, streamsIn, streamsOut } from "./call.js";
import { AgreementService } from "./stubs/tests/agreement/agreement_pb.js";

export function appendTo(headers: Headers, pairs: Pairs): Headers {
  for (const [key, value] of pairs) {
    headers.append(key, key.endsWith("-bin") ? encodeBinaryHeader(base64Decode(value)) : value);
  }
  return headers;
}

/** Returns what a function writes, as an iterable; Connect rejects a ReadableStream, which cannot be iterated twice. */
export async function* iterable(start: (sent: ReadableStreamDefaultController<object>) => void): AsyncIterable<object> {
  yield* new ReadableStream<object>({ start });
}

export function callByConnect(transport: Transport): Call {
  const client = createClient(AgreementService, transport) as unknown as {
    [name: string]: (requests: unknown, options: CallOptions) => any;
  };
  return async (method, requests, { metadata, timeoutMs, cancelAfter }) => {
    const outcome: Outcome = { answers: [], code: 0 };
    const controller = new AbortController();
    const options: CallOptions = {
      headers: appendTo(new Headers(), metadata),
      signal: controller.signal,
      onHeader: (headers) => (outcome.initial = [...headers]),
      onTrailer: (trailers) => (outcome.trailing = [...trailers]),
      ...(timeoutMs && { timeoutMs }),
    };
    let next = () => {};
    const stream = iterable((sent) => {
      next = feed(method, requests, (request) => sent.enqueue(request), () => sent.close());
    });
    try {
      const answers = client[method.localName]!(streamsIn(method) ? stream : requests[0], options);
      for await (const answer of streamsOut(method) ? answers : [await answers]) {
        outcome.answers.push(answer);
        next();
        if (outcome.answers.length === cancelAfter) {
          controller.abort();
        }
      }
    } catch (reason) {
      const { code, rawMessage: message, details, metadata } = ConnectError.from(reason);
      const read = details.map((detail): [string, string] =>
        "type" in detail ? [detail.type, base64Encode(detail.value)] : ["", ""],
      );
      return { ...outcome, code, message, details: read, trailing: [...metadata] };
    }
    return outcome;
  };
}
