/**
 * A static file server for the exported site: what any web host does, and nothing more.
 *
 *   node scripts/serve.mjs [folder = out] [--base /course]
 *
 * $PORT chooses the port; else the first free one from 3000. Paths outside the base path are 404, so a link
 * that forgot the base path is found out. Uses Node alone: it runs before anything is installed.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const MIME_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".jpg": "image/jpeg",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
  ".xml": "application/xml; charset=utf-8",
};

/**
 * What to answer to a URL path.
 *
 * @returns `{ file, status }`, or `{ redirect }` when a folder was asked for without its trailing slash
 */
export function resolveRequest(urlPath, { dir, base = "" }) {
  const root = resolve(dir);
  const missing = { file: join(root, "404.html"), status: 404 };
  let path;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return missing;
  }
  if (base && path === base) return { redirect: `${base}/` };
  if (path.includes("\0") || path.includes("//") || !path.startsWith(`${base}/`)) return missing;

  const file = resolve(root, `.${path.slice(base.length)}`);
  if (file !== root && !file.startsWith(root + sep)) return missing;
  const stat = statOf(file);
  if (stat?.isFile() && !path.endsWith("/")) return { file, status: 200 };
  if (!stat?.isDirectory() || !existsSync(join(file, "index.html"))) return missing;
  return path.endsWith("/") ? { file: join(file, "index.html"), status: 200 } : { redirect: `${urlPath}/` };
}

/** Undefined for what cannot be looked at, whatever the reason: names too long, files taken for folders. */
function statOf(file) {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

function answer(request, response, options) {
  const [, pathname, search = ""] = /^([^?#]*)(\?[^#]*)?/.exec(request.url);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const { file, status, redirect } = resolveRequest(pathname, options);
  if (redirect) {
    response.writeHead(308, { location: redirect + search }).end();
    return;
  }
  const stat = statOf(file);
  if (!stat) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  response.writeHead(status, {
    "content-type": MIME_TYPES[extname(file).toLowerCase()] ?? "application/octet-stream",
    "content-length": stat.size,
    // Names under _next/static carry a hash of the content; everything else may change with the next build.
    "cache-control": pathname.includes("/_next/static/") ? "public, max-age=31536000, immutable" : "no-cache",
  });
  if (request.method === "HEAD") response.end();
  else
    createReadStream(file)
      .on("error", () => response.destroy())
      .pipe(response);
}

/**
 * Serve a folder. With no port, the first free one from 3000 is taken.
 *
 * @returns the running server and its URL
 */
export async function serve({ dir, base = "", port }) {
  const server = createServer((request, response) => answer(request, response, { dir, base }));
  const ports = port === undefined ? Array.from({ length: 100 }, (_, i) => 3000 + i) : [port];
  for (const candidate of ports) {
    if (await listen(server, candidate)) {
      return { server, url: `http://localhost:${server.address().port}${base}/` };
    }
  }
  throw new Error(
    port === undefined ? "No free port from 3000 to 3099." : `Port ${port} is taken: choose another with PORT=...`,
  );
}

function listen(server, port) {
  return new Promise((done, fail) => {
    const onError = (error) => (error.code === "EADDRINUSE" ? done(false) : fail(error));
    server.once("error", onError);
    server.listen(port, () => {
      server.off("error", onError);
      done(true);
    });
  });
}

/** The port in $PORT, or undefined when none is asked for. */
export function portFromEnvironment() {
  const text = process.env.PORT;
  if (!text) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is "${text}": give a number.`);
  return port;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { base: { type: "string" } } });
  const dir = resolve(fileURLToPath(new URL("..", import.meta.url)), positionals[0] ?? "out");
  if (!existsSync(join(dir, "index.html"))) {
    throw new Error(`${dir} holds no built site: run "npm run build" first (or "npm run build:course").`);
  }
  const { url } = await serve({ dir, base: values.base, port: portFromEnvironment() });
  console.log(`Serving ${dir} at ${url}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
