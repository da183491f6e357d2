/** `npm start`: install what is missing, build what has changed, serve it and print the address. */
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root } from "./project.mjs";
import { portFromEnvironment, serve } from "./serve.mjs";

try {
  const base = process.env.BASE_PATH ?? "";
  const port = portFromEnvironment();
  ensureInstalled();
  if (!build({ base, ifChanged: true })) throw new Error("The build failed: see its messages above.");
  const { url } = await serve({ dir: join(root, "out"), base, port });
  console.log(`\nCluster in a Tab is at ${url}\nStop it with Ctrl+C.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
