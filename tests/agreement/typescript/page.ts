// The client in a browser: asks the server of its page what to call, and tells it what came of that.
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { perform } from "./call.js";
import { callByConnect } from "./connect.js";

for (;;) {
  const { address, ...command } = await (await fetch("/command")).json();
  const call = callByConnect(createGrpcWebTransport({ baseUrl: `http://${address}` }));
  await fetch("/outcome", { method: "POST", body: JSON.stringify(await perform(call, command)) });
}
