// `npm start [-- --port N] [--plain]`: builds what is out of date and serves the site on this machine. --plain leaves out the headers
// that threads need, as most static hosts do.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build, SITE } from "./build.mjs";
import { main, root, say, Trouble } from "./lib.mjs";

const { values } = parseArgs({ options: { port: { type: "string" }, plain: { type: "boolean", default: false } } });

async function listen(serve, folder) {
  const wanted = Number(values.port ?? process.env.PORT ?? 8080);
  const options = { folder, isolated: !values.plain };
  try {
    return await serve({ ...options, port: wanted });
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    if (values.port) throw new Trouble(`Port ${wanted} is taken by another program; name a free one: npm start -- --port 8081`);
    say(`Port ${wanted} is taken; using a free one`);
    return serve({ ...options, port: 0 });
  }
}

await main(async () => {
  await build([...SITE, "site"]);
  const { serve } = await import(join(root, "web/serve.mjs"));
  const { address } = await listen(serve, join(root, "dist"));
  say(`whybox is at ${address} (Ctrl+C ends it)`);
});
