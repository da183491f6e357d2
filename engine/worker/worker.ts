/** The worker's entry: joins the service to the page by messages. */
import { createBirpc } from "birpc";
import { openBackends } from "../backends/backendChoice";
import { browserBackends } from "../backends/browserBackends";
import type { EngineService, PageService } from "./protocol";
import { engineService } from "./service";
import { yieldToMessages } from "./yieldToMessages";

// The page names this worker by the absolute URL of the folder that serves the WASM files: only it knows the base path.
const wasmFolderUrl = self.name;

const page = createBirpc<PageService, EngineService>(
  engineService({
    backends: openBackends(browserBackends(wasmFolderUrl), () => performance.now()),
    onStep: (report) => page.onStep.asEvent(report),
    yieldToMessages,
  }),
  {
    post: (data) => self.postMessage(data),
    on: (receive) => self.addEventListener("message", ({ data }) => receive(data)),
    timeout: -1,
  },
);
