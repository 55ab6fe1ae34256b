// The client in a browser: asks the page's server what to call, and reports the outcome.
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { perform } from "./call.js";
import { callByConnect } from "./connect.js";

for (;;) {
  const { address, ...command } = await (await fetch("/command")).json();
  const call = callByConnect(createGrpcWebTransport({ baseUrl: `http://${address}` }));
  await fetch("/outcome", { method: "POST", body: JSON.stringify(await perform(call, command)) });
}
