/** `npm run dev`: the site with reloading, for writing it. */
import { copyWasm } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { runTool } from "./project.mjs";

try {
  ensureInstalled();
  copyWasm();
  if (!runTool("next", ["dev"])) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
