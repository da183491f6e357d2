/**
 * The site is a static export: any file server hosts it, under any base path.
 *
 * BASE_PATH   the folder it is served from, as in /course; empty for the root of a host
 * OUT_DIR     where the export goes, "out" unless said
 */
import createMDX from "@next/mdx";

const basePath = process.env.BASE_PATH ?? "";
const outDir = process.env.OUT_DIR ?? "out";

/** @type {import("next").NextConfig} */
const nextConfig = {
  output: "export",
  trailingSlash: true,
  basePath,
  // Next takes distDir for the export's folder; naming the default would also move the route types there.
  ...(outDir === "out" ? {} : { distDir: outDir }),
  env: { NEXT_PUBLIC_BASE_PATH: basePath },
  pageExtensions: ["ts", "tsx", "mdx"],
  typedRoutes: true,
  reactCompiler: true,
  typescript: { ignoreBuildErrors: true }, // `npm test` checks types, once for all builds
  agentRules: false,
  experimental: {
    turbopackRustReactCompiler: true,
    agentUpgrade: false, // no look-ups at build time
  },
};

// Plugins by name: Turbopack cannot pass functions to its loaders.
const withMDX = createMDX({
  options: { remarkPlugins: ["remark-gfm", "remark-math"], rehypePlugins: ["rehype-katex"] },
});

export default withMDX(nextConfig);
