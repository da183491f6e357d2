/**
 * Who may import whom. A folder may import itself and what its row names; everything else is refused. Tests may
 * import what they like: they stand above the house.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** For each folder (the longest prefix of a file's path wins), the folders that its files may import. */
export const IMPORT_TABLE: Record<string, readonly string[]> = {
  "engine/base": [],
  "engine/scenario": ["engine/base"],
  "engine/mesh": ["engine/base"],
  "engine/model": ["engine/base", "engine/scenario"],
  "engine/program": ["engine/base", "engine/mesh", "engine/model"],
  "engine/schedules": ["engine/base", "engine/program", "engine/scenario"],
  "engine/passes": [
    "engine/base",
    "engine/mesh",
    "engine/model",
    "engine/program",
    "engine/scenario",
    "engine/schedules",
  ],
  "engine/trace": ["engine/base", "engine/mesh", "engine/program"],
  "engine/simulate": [
    "engine/base",
    "engine/mesh",
    "engine/model",
    "engine/program",
    "engine/scenario",
    "engine/trace",
  ],
  "engine/account": ["engine/base", "engine/mesh", "engine/program", "engine/trace"],
  "engine/data": ["engine/base", "engine/scenario"],
  "engine/layers": ["engine/base"],
  "engine/collectives": ["engine/base", "engine/layers", "engine/program"],
  "engine/execute": [
    "engine/account",
    "engine/base",
    "engine/collectives",
    "engine/data",
    "engine/layers",
    "engine/mesh",
    "engine/model",
    "engine/program",
    "engine/scenario",
    "engine/trace",
  ],
  "engine/reference": [
    "engine/base",
    "engine/execute",
    "engine/mesh",
    "engine/model",
    "engine/passes",
    "engine/program",
    "engine/scenario",
    "engine/simulate",
  ],
  "engine/mistakes": [
    "engine/base",
    "engine/mesh",
    "engine/model",
    "engine/passes",
    "engine/program",
    "engine/scenario",
    "engine/schedules",
  ],
  "engine/backends": ["engine/base", "engine/model", "engine/reference", "engine/scenario"],
  "engine/worker": [
    "engine/backends",
    "engine/base",
    "engine/execute",
    "engine/mistakes",
    "engine/model",
    "engine/passes",
    "engine/reference",
    "engine/scenario",
  ],
  "engine/cli": ["engine"],
  "content/scenarios": ["engine/scenario"],
  "content/lessons": ["content", "engine", "components/lesson", "components/stage"],
  content: ["engine/scenario"],
  "components/theme": [],
  "components/marks": ["engine", "components/theme"],
  "components/shell": ["components/theme", "content"],
  "components/stage/state": ["engine"],
  "components/gallery": ["components/theme"],
  "components/check": ["engine", "components/stage/state", "components/theme"],
  "components/timeline": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/memory": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/mesh": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/shards": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/collective": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/training": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/transport": ["engine", "components/stage/state", "components/marks", "components/theme"],
  "components/stage": ["engine", "components", "content"],
  "components/lesson": ["engine", "content", "components/stage", "components/theme", "components/marks"],
  app: ["components", "content", "engine"],
  scripts: ["engine", "app", "components", "content"],
  e2e: ["scripts", "content", "engine"],
};

/** Where TensorFlow.js may appear: the rest of the engine, and the page, work without tensors. */
const TENSOR_FOLDERS = ["engine/layers", "engine/collectives", "engine/execute", "engine/backends", "scripts"];

export interface SourceFile {
  /** From the project's root, with forward slashes. */
  path: string;
  text: string;
}

/** @returns one sentence for each import that the rules forbid */
export function checkImports(files: readonly SourceFile[], table = IMPORT_TABLE): string[] {
  return files
    .filter(({ path }) => !/\.test\.tsx?$|\/testing\.ts$/.test(path))
    .flatMap((file) => checkFile(file, table));
}

function checkFile({ path, text }: SourceFile, table: typeof IMPORT_TABLE): string[] {
  const folder = folderOf(path, table);
  if (!folder) return [];
  return importedSpecifiers(text).flatMap((specifier) => {
    const fault = faultOf(specifier, path, folder, table);
    return fault ? [`${path} imports ${specifier}: ${fault}`] : [];
  });
}

function faultOf(specifier: string, path: string, folder: string, table: typeof IMPORT_TABLE): string | null {
  if (specifier.startsWith("@tensorflow/")) {
    return TENSOR_FOLDERS.includes(folder) ? null : `tensors belong in ${TENSOR_FOLDERS.join(", ")}`;
  }
  if (/^(react|react-dom|d3|zustand|next)(\/|$)/.test(specifier)) {
    if (folder.startsWith("engine")) return "the engine knows no page";
    if (/^react/.test(specifier) && /(layout|Store|figure)\.ts$/.test(path))
      return "this is a pure file, without React";
    return null;
  }
  const target = resolveImport(specifier, path);
  if (!target) return null;
  const targetFolder = folderOf(target, table);
  if (!targetFolder || targetFolder === folder) return null;
  const allowed = (table[folder] as readonly string[]).some(
    (entry) => targetFolder === entry || targetFolder.startsWith(`${entry}/`),
  );
  return allowed ? null : `${folder} may not import ${targetFolder}`;
}

function folderOf(path: string, table: typeof IMPORT_TABLE): string | undefined {
  const holds = (folder: string) => path === folder || path.startsWith(`${folder}/`);
  return Object.keys(table)
    .filter(holds)
    .sort((a, b) => b.length - a.length)[0];
}

/** Static, side-effect and dynamic imports, re-exports, and the URL of a worker. */
export function importedSpecifiers(text: string): string[] {
  const patterns = [
    /\bfrom\s*["']([^"']+)["']/g,
    /\bimport\s*\(?\s*["']([^"']+)["']/g,
    /new URL\(\s*["']([^"']+\.ts)["']/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

function resolveImport(specifier: string, path: string): string | null {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  if (!specifier.startsWith(".")) return null;
  return join(dirname(path), specifier).replaceAll("\\", "/");
}

/** All TypeScript sources below some folders of the project. */
export function readSources(root: string, folders: readonly string[]): SourceFile[] {
  const walk = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return walk(path);
      return /\.(tsx?|mdx)$/.test(name) ? [path] : [];
    });
  return folders
    .flatMap((folder) => walk(join(root, folder)))
    .map((path) => ({ path: relative(root, path).replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}
